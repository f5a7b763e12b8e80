import {stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Link, Fate} from '../../filesystem/provenance/provenance.js';
import {type BytePath, textOf} from '../../text/byte-path.js';
import {safeJson} from '../../text/safe-json.js';
import type {Whereabouts} from '../../inspect/trace/trace.js';

/** @returns Where a file came from, and where it went if that was asked, in the JSON that the readme describes, as one line. */
export function whyJson(
	program: Program,
	path: BytePath,
	found: Whereabouts,
): string {
	const {stage, links, course, names, arrivals, below, readers} = found;
	return `${safeJson({
		stage: stageLabel(program, stage),
		path: textOf(path),
		...(found.path !== path && {realPath: textOf(found.path)}),
		isThere: found.isThere,
		origin: links.map(link => plainLink(program, link)),
		...plainFate(program, course.fate),
		...(course.links.length > 0 && {
			course: course.links.map(link => plainLink(program, link)),
		}),
		...(names.length > 0 && {
			names: names.map(name => ({
				path: textOf(name.path),
				way: name.links.map(link => plainLink(program, link)),
			})),
		}),
		...(arrivals && {
			arrivals: arrivals.map(arrival => ({
				stage: stageLabel(program, arrival.stage),
				path: textOf(arrival.path),
				...plainFate(program, arrival.fate),
				way: arrival.links.map(link => plainLink(program, link)),
			})),
			...(below.length > 0 && {
				below: below.map(({path: taken, step, stage: to}) => ({
					path: textOf(taken),
					step: stepLabel(program, step),
					stage: stageLabel(program, to),
				})),
			}),
			readers: readers.map(step => stepLabel(program, step)),
		}),
	})}\n`;
}

function plainFate(program: Program, fate: Fate) {
	return fate.kind === 'there'
		? {fate: fate.kind}
		: {
				fate: fate.kind,
				...(fate.kind === 'overwritten' && fate.isSame && {isSame: true}),
				by: {
					step: stepLabel(program, fate.step),
					line: program.steps[fate.step]!.lines[0],
					instruction: program.steps[fate.step]!.text,
				},
			};
}

function plainLink(program: Program, link: Link) {
	const {lines, text} = program.steps[link.step]!;
	return {
		kind: link.kind,
		path: textOf(link.path),
		step: stepLabel(program, link.step),
		line: lines[0],
		instruction: text,
		...(link.kind === 'base' && baseOf(link.base)),
		...((link.kind === 'moved' || link.kind === 'linked') && {
			source: textOf(link.from),
			...(link.isReplaced && {isReplaced: true}),
			...(link.alternatives && {
				alternatives: link.alternatives.map(path => textOf(path)),
			}),
		}),
		...(link.kind === 'copied' && {
			source: textOf(link.source),
			named: textOf(link.named),
			...(link.member !== null && {member: textOf(link.member)}),
			...(link.alternatives && {
				alternatives: link.alternatives.map(path => textOf(path)),
			}),
			from: sourceOf(program, link.from),
		}),
		contents: 'confirmation' in link ? link.confirmation : null,
	};
}

function baseOf(base: Extract<Link, {kind: 'base'}>['base']) {
	return base.kind === 'image' ? {image: base.reference} : {context: base.name};
}

function sourceOf(
	program: Program,
	from: Extract<Link, {kind: 'copied'}>['from'],
) {
	return from.kind === 'stage'
		? {kind: from.kind, stage: stageLabel(program, from.stage)}
		: from;
}
