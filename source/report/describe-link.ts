import type {Program} from '../engine/port.js';
import type {Link} from '../filesystem/provenance/provenance.js';
import {type BytePath, bytesOf} from '../text/byte-path.js';
import {decodeName, sanitise} from '../text/sanitise.js';
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
			return `${keyword} ${sourceOf(program, link.from)}${shownPath(link.source)}`;
		}

		case 'written': {
			return sanitise(text);
		}

		case 'touched': {
			return `mode or owner by ${sanitise(text)}`;
		}

		case 'base': {
			return `FROM ${sanitise(link.reference)}`;
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
				: `--from=${sanitise(from.name)} `;
		}

		case 'address': {
			return `${sanitise(from.address)} `;
		}

		case 'heredoc': {
			return 'heredoc ';
		}
	}
}

/** @returns A path with a slash in front, safe to be shown. */
export function shownPath(path: BytePath): string {
	return `/${decodeName(bytesOf(path))}`;
}
