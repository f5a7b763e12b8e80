import type {Program} from '../engine/port.js';
import type {Link} from '../filesystem/provenance/provenance.js';
import {type BytePath, readableOf} from '../text/byte-path.js';
import {sanitise} from '../text/sanitise.js';
import {lineLabel, stageLabel} from '../debugger/points/point.js';

/** What happened to a file on its way, in words that are safe to be shown. */
export type LinkWords = {
	/** `COPY --from=builder /out/app`, `RUN go build`, `FROM golang:1.24` */
	readonly what: string;

	/** `Dockerfile:12` */
	readonly where: string;

	/** The stage's name or number. */
	readonly stage: string;
};

export function describeLink(program: Program, link: Link): LinkWords {
	const {keyword, text, stage} = program.steps[link.step]!;
	return {
		what: whatOf(program, link, {keyword, text}),
		where: sanitise(lineLabel(program, link.step)),
		stage: sanitise(stageLabel(program, stage)),
	};
}

function whatOf(
	program: Program,
	link: Link,
	{keyword, text}: {readonly keyword: string; readonly text: string},
): string {
	switch (link.kind) {
		case 'copied': {
			return `${keyword} ${sourceOf(program, link.from)}${pathsOf(link)}`.trim();
		}

		case 'written': {
			return sanitise(text);
		}

		case 'touched': {
			return `mode, owner or time by ${sanitise(text)}`;
		}

		case 'base': {
			const {base} = link;
			return base.kind === 'image'
				? `FROM ${sanitise(base.reference)}`
				: `FROM the context ${sanitise(base.name)}`;
		}

		case 'moved': {
			const sources = [link.from, ...(link.alternatives ?? [])];
			return `${link.isReplaced ? 'moved or copied' : 'moved'} from ${sources.map(path => shownPath(path)).join(' or ')} by ${sanitise(text)}`;
		}

		case 'linked': {
			return `linked to ${shownPath(link.from)} by ${sanitise(text)}`;
		}
	}
}

function sourceOf(
	program: Program,
	from: Extract<Link, {kind: 'copied'}>['from'],
): string {
	switch (from.kind) {
		case 'stage': {
			return `--from=${sanitise(stageLabel(program, from.stage))} `;
		}

		case 'image': {
			return `--from=${sanitise(from.reference)} `;
		}

		case 'context': {
			return from.name === null
				? 'build context '
				: `context ${sanitise(from.name)} `;
		}

		case 'address': {
			return sanitise(from.address);
		}

		case 'heredoc': {
			return 'heredoc';
		}
	}
}

/** The source as it is named, what that leads to by links, and where in an archive it was. */
function pathsOf({
	from,
	named,
	source,
	member,
	alternatives = [],
}: Extract<Link, {kind: 'copied'}>): string {
	const isGit = from.kind === 'address' && source.includes('/');
	if (from.kind === 'heredoc' || (from.kind === 'address' && !isGit)) {
		return member === null ? '' : `: ${shownPath(member)}`;
	}

	return [
		shownPath(named),
		...(named === source ? [] : [`(${shownPath(source)})`]),
		...alternatives.map(other => `or ${shownPath(other)}`),
		...(member === null ? [] : [`: ${shownPath(member)}`]),
	].join(' ');
}

/** @returns A path with a slash in front, safe to be shown. */
export function shownPath(path: BytePath): string {
	return `/${readableOf(path)}`;
}
