import {describeLink, shownPath} from '../describe-link.js';
import {stageLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Arrival} from '../../filesystem/provenance/destinations.js';
import type {Link} from '../../filesystem/provenance/provenance.js';
import type {BytePath} from '../../text/byte-path.js';
import {sanitise} from '../../text/sanitise.js';
import type {Whereabouts} from '../../inspect/trace.js';
import type {OutputStyle} from '../output-style.js';

/** @returns What put a file where it is, or, of one that isn't in the target, where it went; made to be printed. */
export function whyText(
	program: Program,
	path: BytePath,
	found: Whereabouts,
	{unicode}: OutputStyle,
): string {
	const {stage, arrivals} = found;
	return arrivals === null
		? describeOrigin(program, path, found, unicode)
		: describeArrivals(program, {stage, path}, arrivals, unicode);
}

/**
@param links - The last first; `confirmations` tells of each whether its source's contents are the file's.
@returns `/app ← COPY --from=builder /out/app (Dockerfile:12) ← RUN go build (Dockerfile:7) in builder`
*/
function describeOrigin(
	program: Program,
	path: BytePath,
	{links, confirmations}: Whereabouts,
	unicode: boolean,
): string {
	const arrow = unicode ? '←' : '<-';
	const parts = links.map((link, index) => {
		const confirmation = confirmations[index] ?? null;
		const text = linkText(program, link);
		return confirmation === null ? text : `${text}, ${confirmation}`;
	});
	return `${[shownPath(path), ...parts].join(` ${arrow} `)}\n`;
}

/** @returns A line for each place where the file arrived, or one that says that it stayed. */
function describeArrivals(
	program: Program,
	start: {readonly stage: number; readonly path: BytePath},
	arrivals: readonly Arrival[],
	unicode: boolean,
): string {
	const arrow = unicode ? '→' : '->';
	const place = (stage: number, path: BytePath): string =>
		`${sanitise(stageLabel(program, stage))}:${shownPath(path)}`;
	const from = place(start.stage, start.path);
	const {target} = program;
	const lines = arrivals.map(({stage, path, links}) =>
		[
			`${from} ${arrow} ${place(stage, path)}`,
			...links.map(link => linkText(program, link)),
		].join(unicode ? ' ← ' : ' <- '),
	);
	if (arrivals.every(({stage}) => stage !== target)) {
		lines.push(
			`${from} stayed behind: it isn't in ${sanitise(stageLabel(program, target))}, the final stage`,
		);
	}

	return `${lines.join('\n')}\n`;
}

function linkText(program: Program, link: Link): string {
	const {what, where, stage} = describeLink(program, link);
	return `${what} (${where}) in ${stage}`;
}
