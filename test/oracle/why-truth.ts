import type {Step} from '../../source/engine/port.js';
import type {Link} from '../../source/filesystem/provenance/provenance.js';
import {textOf} from '../../source/text/byte-path.js';
import type {WhyProject} from './why-draft.js';

/**
@param link - The one that an answer ends with.
@param step - Of the link.
@returns Whether contents come from there, as they themselves say.
*/
export function isTrue(
	link: Link,
	content: string,
	{project, step}: {readonly project: WhyProject; readonly step: Step},
): boolean {
	const truth = project.truths.get(content)!;
	const copied = link.kind === 'copied' ? link : null;
	switch (truth.kind) {
		case 'line': {
			return (
				step.lines[0] === truth.line &&
				(link.kind === 'written' || copied?.from.kind === 'heredoc')
			);
		}

		case 'context': {
			return (
				copied?.from.kind === 'context' &&
				copied.from.name === null &&
				textOf(copied.source) === truth.path
			);
		}

		case 'named': {
			return (
				copied?.from.kind === 'context' &&
				copied.from.name === 'lib' &&
				textOf(copied.source) === truth.path
			);
		}

		case 'archive': {
			return (
				copied !== null &&
				textOf(copied.source) === truth.path &&
				copied.member !== null &&
				(textOf(copied.member) === truth.member ||
					// A hard link in the archive to that.
					textOf(copied.member) === 'of/hard')
			);
		}

		case 'address': {
			return (
				copied?.from.kind === 'address' &&
				copied.from.address.endsWith(`/${truth.name}`)
			);
		}

		case 'image': {
			const {reference, files} = project.image!;
			const path =
				link.kind === 'base' &&
				link.base.kind === 'image' &&
				link.base.reference === reference
					? link.path
					: copied?.from.kind === 'image' && copied.from.reference === reference
						? copied.source
						: null;
			return path !== null && files.get(`/${textOf(path)}`) === content;
		}

		case 'trigger': {
			return link.kind === 'written' && step.text.includes(content);
		}
	}
}
