import {describeLink, shownPath} from '../../report/describe-link.js';
import {
	confirmationText,
	courseText,
	fateText,
	isLost,
	nameLimit,
} from '../../report/why/text.js';
import type {Arrival} from '../../filesystem/provenance/trace/arrivals.js';
import type {Whereabouts} from '../../inspect/trace/trace.js';
import {lineLabel, stageLabel, stepLabel} from '../../debugger/points/point.js';
import type {Program} from '../../engine/port.js';
import type {Link, Course} from '../../filesystem/provenance/provenance.js';
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
	found: Whereabouts,
): readonly WhereItem[] {
	const {links, course} = found;
	return [
		{meaning: 'file', title: name, detail: '', step: null},
		...courseItems(program, course),
		...links.map(link => originItem(program, link)),
		...nameItems(program, found),
		...(found.arrivals === null || isLost(found)
			? []
			: arrivalItems(program, {...found, arrivals: found.arrivals})),
	];
}

function courseItems(program: Program, course: Course): readonly WhereItem[] {
	const text = courseText(program, course);
	const step =
		course.fate.kind === 'there' ? course.links[0]?.step : course.fate.step;
	return text === null
		? []
		: [
				{
					meaning: course.fate.kind === 'there' ? 'arrival' : 'loss',
					title: text,
					detail: '',
					step: step ?? null,
				},
			];
}

/** The names that hard links gave it. */
function nameItems(
	program: Program,
	{stage, names}: Whereabouts,
): readonly WhereItem[] {
	return names.slice(0, nameLimit).map(({path, links}) => {
		const [last] = links;
		const words = last && describeLink(program, last);
		return {
			meaning: 'arrival',
			title: `${stageLabel(program, stage)}:${shownPath(path)}`,
			detail: [
				'a hard link to it',
				...(words ? [words.what, words.where] : []),
			].join(separator),
			step: last?.step ?? null,
		};
	});
}

function originItem(program: Program, link: Link): WhereItem {
	const {what, where} = describeLink(program, link);
	const contents = confirmationText(link);
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
	{
		arrivals,
		below,
		open,
		readers,
	}: Pick<Whereabouts, 'below' | 'open' | 'readers'> & {
		readonly arrivals: readonly Arrival[];
	},
): readonly WhereItem[] {
	const heading: WhereItem = {
		meaning: 'heading',
		title: 'Where it went',
		detail: '',
		step: null,
	};
	const reached = arrivals.map(({stage, path, links, fate}): WhereItem => {
		const [first] = links;
		return {
			meaning: fate.kind === 'there' ? 'arrival' : 'loss',
			title: `${stageLabel(program, stage)}:${shownPath(path)}`,
			detail: [
				...(first
					? [
							describeLink(program, first).what,
							describeLink(program, first).where,
						]
					: ['starts from there']),
				...(fate.kind === 'there' ? [] : [fateText(program, fate)]),
			].join(separator),
			step: first?.step ?? null,
		};
	});
	return [
		heading,
		...reached,
		...endItems(
			program,
			arrivals.some(
				({stage, fate}) => stage === program.target && fate.kind === 'there',
			),
			{below, open, readers},
		),
	];
}

function endItems(
	program: Program,
	isShipped: boolean,
	{below, open, readers}: Pick<Whereabouts, 'below' | 'open' | 'readers'>,
): readonly WhereItem[] {
	if (isShipped) {
		return [];
	}

	const target = stageLabel(program, program.target);
	return [
		...below.map(({path, step, stage}): WhereItem => ({
			meaning: 'arrival',
			title: `${stageLabel(program, stage)} gets ${shownPath(path)} of it`,
			detail: lineLabel(program, step),
			step,
		})),
		open.length === 0
			? {
					meaning: 'loss',
					title:
						below.length > 0 ? 'itself it stayed behind' : 'it stayed behind',
					detail: `${target}, the final stage, does not have it`,
					step: null,
				}
			: {
					meaning: 'heading',
					title: 'Not known yet',
					detail: `not done: ${open.map(stage => stageLabel(program, stage)).join(', ')}`,
					step: null,
				},
		...readers.map((step): WhereItem => ({
			meaning: 'heading',
			title: `${lineLabel(program, step)} could read it through a mount`,
			detail: 'what it did with it leaves no trace',
			step,
		})),
	];
}

const separator = ' · ';
