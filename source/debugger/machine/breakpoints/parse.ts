import {keywords} from '../../../dockerfile/text/keyword.js';
import {placeOf} from '../../../dockerfile/stages/runs-in.js';
import {findStage} from '../../../dockerfile/stage-graph.js';
import type {StageGraph} from '../../../dockerfile/types.js';
import {UsageError} from '../../../errors.js';
import type {Condition} from '../state.js';

/** What a breakpoint is about. */
export type BreakpointTarget =
	| {readonly kind: 'line'; readonly line: number}
	/** `index` is which of what runs in the stage, 0 being FROM. */
	| {readonly kind: 'stage'; readonly stage: number; readonly index: number}
	| {readonly kind: 'instruction-kind'; readonly keyword: string}
	| {readonly kind: 'miss'};

/**
@param text - `14` (a line), `builder` (a stage), `builder:3` or `0:3` (an instruction of a stage, FROM being 0, and `builder:0.1`
the first ONBUILD trigger that it brings), `RUN`
(each instruction of a kind), `miss` (each step that isn't cached); each may go on with ` if NAME=value` or
` if NAME!=value`. A stage that is called like a kind of instruction is meant where the kind is written in lower case.
@throws {UsageError} It is none of these.
*/
export function parseBreakpoint(
	text: string,
	graph: StageGraph,
): {
	readonly target: BreakpointTarget;
	readonly condition: Condition | null;
} {
	const {place, condition} = splitCondition(text);
	const target = parseTarget(place, graph);
	if (target === null) {
		throw new UsageError(
			`There is no place '${place}' to break at: give a line of the Dockerfile (14), a stage (builder), an instruction of a stage (builder:3), a kind of instruction (RUN) or miss.`,
		);
	}

	return {target, condition};
}

/**
@param text - As `parseBreakpoint` takes it.
@returns What stands before ` if `, and the condition behind it.
@throws {UsageError} The condition can't be read.
*/
export function splitCondition(text: string): {
	readonly place: string;
	readonly condition: Condition | null;
} {
	const [, place = '', written] =
		/^(?<place>.*?)(?:\s+if(?:\s+(?<condition>.*))?)?$/sv.exec(text.trim()) ??
		[];
	if (!/\sif(?:\s|$)/v.test(text)) {
		return {place, condition: null};
	}

	const match = /^(?<name>[A-Za-z_]\w*)\s*(?<operator>!?=)(?<value>.*)$/sv.exec(
		written ?? '',
	);
	if (!match) {
		throw new UsageError(
			`The condition of the breakpoint '${text}' can't be read: write NAME=value or NAME!=value behind if.`,
		);
	}

	const {name, operator, value} = match.groups!;
	return {
		place,
		condition: {
			name: name!,
			operator: operator === '=' ? '=' : '!=',
			value: value!.trim(),
		},
	};
}

/** @returns ` if NAME=value`, or nothing without a condition. */
export function formatCondition(condition: Condition | null): string {
	return condition === null
		? ''
		: ` if ${condition.name}${condition.operator}${condition.value}`;
}

function parseTarget(
	place: string,
	graph: StageGraph,
): BreakpointTarget | null {
	if (/^\d+$/v.test(place)) {
		return {kind: 'line', line: Number(place)};
	}

	if (place === 'miss') {
		return {kind: 'miss'};
	}

	if (keywords.has(place)) {
		return {kind: 'instruction-kind', keyword: place};
	}

	const [, name, index = '0'] =
		/^(?<name>[^:]+)(?::(?<index>\d+(?:\.\d+)?))?$/v.exec(place) ?? [];
	const stage = name === undefined ? undefined : findStage(graph, name);
	if (stage !== undefined) {
		const meant = placeOf(graph.stages[stage]!, index);
		return meant === undefined ? null : {kind: 'stage', stage, index: meant};
	}

	return keywords.has(place.toUpperCase())
		? {kind: 'instruction-kind', keyword: place.toUpperCase()}
		: null;
}
