import {stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Link} from '../../filesystem/provenance/provenance.js';
import {type BytePath, textOf} from '../../text/byte-path.js';
import {safeJson} from '../../text/safe-json.js';
import type {Whereabouts} from '../../inspect/trace.js';

/** @returns Where a file came from, and where it went if that was asked, in the JSON that the readme describes, as one line. */
export function whyJson(
	program: Program,
	path: BytePath,
	{stage, links, confirmations, arrivals}: Whereabouts,
): string {
	return `${safeJson({
		stage: stageLabel(program, stage),
		path: textOf(path),
		origin: links.map((link, index) => ({
			...plainLink(program, link),
			contents: confirmations[index]!,
		})),
		...(arrivals && {
			arrivals: arrivals.map(({stage: at, path: name, links: way}) => ({
				stage: stageLabel(program, at),
				path: textOf(name),
				way: way.map(link => plainLink(program, link)),
			})),
		}),
	})}\n`;
}

function plainLink(program: Program, link: Link) {
	const {lines, text} = program.steps[link.step]!;
	return {
		kind: link.kind,
		path: textOf(link.path),
		step: stepLabel(program, link.step),
		line: lines[0],
		instruction: text,
		...(link.kind === 'base' && {image: link.reference}),
		...(link.kind === 'copied' && {
			source: textOf(link.source),
			from: sourceOf(program, link.from),
		}),
	};
}

function sourceOf(
	program: Program,
	from: Extract<Link, {kind: 'copied'}>['from'],
) {
	return from.kind === 'stage'
		? {kind: from.kind, stage: stageLabel(program, from.stage)}
		: from;
}
