import {describeLink, shownPath} from '../describe-link.js';
import {lineLabel, stageLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Taken} from '../../filesystem/provenance/trace/arrivals.js';
import type {
	Link,
	Course,
	Fate,
} from '../../filesystem/provenance/provenance.js';
import type {BytePath} from '../../text/byte-path.js';
import {sanitise} from '../../text/sanitise.js';
import type {Whereabouts} from '../../inspect/trace/trace.js';
import type {OutputStyle} from '../output-style.js';

/**
@returns What put a file where it is, as
`/app ← COPY --from=builder /out/app (Dockerfile:12) in final, same contents ← RUN go build (Dockerfile:7) in builder`, and
then, in lines of their own, what became of it and where it went.
*/
export function whyText(
	program: Program,
	path: BytePath,
	found: Whereabouts,
	{unicode}: OutputStyle,
): string {
	const arrow = unicode ? '←' : '<-';
	const shown = found.isThere ? path : found.path;
	const origin = [
		shownPath(shown),
		...found.links.map(link => originText(program, link)),
	].join(` ${arrow} `);
	return `${[
		origin,
		...courseLines(program, found),
		...nameLines(program, found, unicode),
		...arrivalLines(program, found, unicode),
	].join('\n')}\n`;
}

/** @returns What happened to a file in one link, and how it is known. */
export function originText(program: Program, link: Link): string {
	const {what, where, stage} = describeLink(program, link);
	const how = confirmationText(link);
	return `${what} (${where}) in ${stage}${how === null ? '' : `, ${how}`}`;
}

/** @returns How it is known that a file is what it came from, in words; `null` where there is nothing to be said. */
export function confirmationText(link: Link): string | null {
	return 'confirmation' in link
		? link.confirmation === 'not checked'
			? 'contents not checked'
			: link.confirmation
		: null;
}

/** @returns What became of a file in its own stage, if anything did: `deleted by RUN rm /app (Dockerfile:9)`. */
export function courseText(
	program: Program,
	{links, path, fate}: Course,
): string | null {
	const moved = links.find(
		(link): link is Extract<Link, {kind: 'moved' | 'linked'}> =>
			link.kind === 'moved',
	);
	const parts = [
		...(moved
			? [
					`${moved.isReplaced ? 'moved or copied' : 'moved'} to ${shownPath(path)}${rivalsText(moved)} ${byStep(program, moved.step)}`,
				]
			: []),
		...(fate.kind === 'there' ? [] : [fateText(program, fate)]),
	];
	return parts.length === 0 ? null : parts.join(', ');
}

/** Nobody can tell files apart that were the same in all that is kept of them. */
function rivalsText({
	alternatives = [],
}: Extract<Link, {kind: 'moved' | 'linked'}>): string {
	return alternatives.length === 0
		? ''
		: `, unless that was ${alternatives.map(path => shownPath(path)).join(' or ')} of the same contents,`;
}

/** @returns Whether nothing of a file is left at the end of its own stage, under no name: it goes nowhere from there. */
export function isLost({
	course,
	names,
}: Pick<Whereabouts, 'course' | 'names'>): boolean {
	return course.fate.kind !== 'there' && names.length === 0;
}

/** @returns `overwritten by COPY b /app (Dockerfile:9)`, also `…, with the same contents`; empty of a file that is there. */
export function fateText(program: Program, fate: Fate): string {
	if (fate.kind === 'there') {
		return '';
	}

	const again =
		fate.kind === 'overwritten' && fate.isSame
			? ', with the same contents'
			: '';
	return `${fate.kind} ${byStep(program, fate.step)}${again}`;
}

function byStep(program: Program, step: number): string {
	const {text} = program.steps[step]!;
	return `by ${sanitise(text)} (${sanitise(lineLabel(program, step))})`;
}

function courseLines(
	program: Program,
	{path, stage, course}: Whereabouts,
): readonly string[] {
	const text = courseText(program, course);
	return text === null
		? []
		: [`${placeText(program, stage, path)} was ${text}`];
}

/** How many of the names of one file are told at most. */
export const nameLimit = 8;

/** A line for each name that hard links gave the file. */
function nameLines(
	program: Program,
	{stage, path, names}: Whereabouts,
	unicode: boolean,
): readonly string[] {
	const from = placeText(program, stage, path);
	const more = names.length - nameLimit;
	return [
		...names
			.slice(0, nameLimit)
			.map(name =>
				[
					`${from} is ${placeText(program, stage, name.path)} too, a hard link`,
					...name.links.map(link => originText(program, link)),
				].join(unicode ? ' ← ' : ' <- '),
			),
		...(more > 0 ? [`${from} has ${more} more names, all hard links`] : []),
	];
}

/** A line for each place where the file arrived, or one that says that it stayed. */
function arrivalLines(
	program: Program,
	found: Whereabouts,
	unicode: boolean,
): readonly string[] {
	const {target} = program;
	const {stage, path, arrivals, below, readers, open} = found;
	if (arrivals === null || isLost(found)) {
		return [];
	}

	const from = placeText(program, stage, path);
	const lines = arrivals.map(arrival => {
		const fate = fateText(program, arrival.fate);
		const place = placeText(program, arrival.stage, arrival.path);
		return [
			`${from} ${unicode ? '→' : '->'} ${place}${fate === '' ? '' : `, ${fate}`}`,
			...arrival.links.map(link => originText(program, link)),
		].join(unicode ? ' ← ' : ' <- ');
	});
	const isShipped = arrivals.some(
		arrival => arrival.stage === target && arrival.fate.kind === 'there',
	);
	if (isShipped) {
		return lines;
	}

	const final = `${sanitise(stageLabel(program, target))}, the final stage`;
	const ends = arrivals
		.filter(arrival => arrival.stage === target)
		.map(({fate}) => fate);
	const lost = ends.some(fate => fate.kind === 'overwritten' && fate.isSame)
		? 'a later copy put the same contents there'
		: 'nothing that came from it is still there';
	return [
		...lines,
		...takenLines(program, from, below),
		open.length === 0
			? ends.length > 0
				? `${from} is not in ${final}, any more: ${lost}`
				: below.length > 0
					? `${from} itself is not copied to ${final}`
					: `${from} stayed behind: no copy takes it to ${final}`
			: `${from} may yet get into ${open.map(one => sanitise(stageLabel(program, one))).join(', ')}, not done so far`,
		...readerLines(program, stage, readers),
	];
}

/** How many of the things that were taken from a folder are named at most. */
const takenLimit = 3;

/** A folder's files go their own ways. */
function takenLines(
	program: Program,
	from: string,
	below: readonly Taken[],
): readonly string[] {
	const named = below
		.slice(0, takenLimit)
		.map(
			({path, step, stage}) =>
				`${shownPath(path)} (${sanitise(lineLabel(program, step))}, to ${sanitise(stageLabel(program, stage))})`,
		);
	const more = below.length - named.length;
	return below.length === 0
		? []
		: [
				`of what is in ${from}, copies take ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}: ask for these`,
			];
}

function readerLines(
	program: Program,
	stage: number,
	readers: readonly number[],
): readonly string[] {
	return readers.map(
		step =>
			`${sanitise(lineLabel(program, step))} could read ${sanitise(stageLabel(program, stage))} through a mount: what it did with it leaves no trace`,
	);
}

function placeText(program: Program, stage: number, path: BytePath): string {
	return `${sanitise(stageLabel(program, stage))}:${shownPath(path)}`;
}
