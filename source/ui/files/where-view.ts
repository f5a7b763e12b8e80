import {describeLink, shownPath} from '../../report/describe-link.js';
import type {Whereabouts} from '../../inspect/trace.js';
import {stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Link} from '../../filesystem/provenance/provenance.js';
import type {FilePlace} from '../../inspect/place.js';

/** What the pane of where a file came from shows. */
export type WhereView = {
	readonly place: FilePlace | null;

	/** As it is shown: `builder:/out/app`. */
	readonly name: string;
	readonly status:
		| {readonly kind: 'idle'}
		| {readonly kind: 'loading'}
		| {readonly kind: 'failed'; readonly reason: string}
		| {readonly kind: 'ready'};
	readonly items: readonly WhereItem[];

	/** The selected item. */
	readonly cursor: number;
};

/** Something that happened to a file, or a place where it arrived. */
export type WhereItem = {
	readonly meaning: 'file' | 'origin' | 'arrival' | 'heading' | 'loss';
	readonly title: string;
	readonly detail: string;

	/** The instruction that did it; `null` for what is none. */
	readonly step: number | null;
};

/** Before the pane was opened. */
export const noWhere: WhereView = {
	place: null,
	name: '',
	status: {kind: 'idle'},
	items: [],
	cursor: 0,
};

/**
@param name - Of the file with its point.
@returns What is to be said of where a file came from and went, in order.
*/
export function whereItems(
	program: Program,
	name: string,
	{links, confirmations, arrivals, open}: Whereabouts,
): readonly WhereItem[] {
	const origin = links.map((link, index) => {
		const confirmation = confirmations[index] ?? null;
		const contents =
			confirmation === 'changed since'
				? 'contents changed since'
				: confirmation;
		return originItem(program, link, contents);
	});
	return [
		{meaning: 'file', title: name, detail: '', step: null},
		...origin,
		...(arrivals === null ? [] : arrivalItems(program, arrivals, open)),
	];
}

function originItem(
	program: Program,
	link: Link,
	contents: string | null,
): WhereItem {
	const {what, where} = describeLink(program, link);
	return {
		meaning: 'origin',
		title: what,
		detail: [
			where,
			stepLabel(program, link.step),
			...(link.kind === 'base' ? ['its base image'] : []),
			...(contents === null ? [] : [contents]),
		].join(separator),
		step: link.step,
	};
}

function arrivalItems(
	program: Program,
	arrivals: NonNullable<Whereabouts['arrivals']>,
	open: readonly number[],
): readonly WhereItem[] {
	const heading: WhereItem = {
		meaning: 'heading',
		title: 'Where it went',
		detail: '',
		step: null,
	};
	const reached = arrivals.map(({stage, path, links}): WhereItem => {
		const [first] = links;
		return {
			meaning: 'arrival',
			title: `${stageLabel(program, stage)}:${shownPath(path)}`,
			detail: first
				? [
						describeLink(program, first).what,
						describeLink(program, first).where,
					].join(separator)
				: 'starts from there',
			step: first?.step ?? null,
		};
	});
	return [
		heading,
		...reached,
		...endItems(
			program,
			arrivals.some(({stage}) => stage === program.target),
			open,
		),
	];
}

function endItems(
	program: Program,
	isShipped: boolean,
	open: readonly number[],
): readonly WhereItem[] {
	if (isShipped) {
		return [];
	}

	const target = stageLabel(program, program.target);
	return [
		open.length === 0
			? {
					meaning: 'loss',
					title: 'it stayed behind',
					detail: `${target}, the final stage, does not have it`,
					step: null,
				}
			: {
					meaning: 'heading',
					title: 'Not known yet',
					detail: `not done: ${open.map(stage => stageLabel(program, stage)).join(', ')}`,
					step: null,
				},
	];
}

const separator = ' · ';
