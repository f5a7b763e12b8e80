import {UsageError} from '../../../errors.js';
import type {Program, Step} from '../../../engine/port.js';
import {stageLabel, stepLabel} from '../../points/point.js';
import {positionOfStep} from '../positions.js';
import type {Breakpoint, Condition, Position} from '../state.js';
import {type BreakpointTarget, parseBreakpoint} from './parse.js';

/** What a breakpoint is resolved against. */
export type BreakpointContext = {
	readonly program: Program;
	readonly positions: readonly Position[];

	/** The build arguments and environment just before a step, by name. */
	readonly valuesBefore: (step: number) => ReadonlyMap<string, string>;
};

export type ResolvedBreakpoint = Pick<
	Breakpoint,
	'kind' | 'positions' | 'condition' | 'note'
>;

/**
@param text - As `parseBreakpoint` takes it.
@returns Where it stops. A line that can't stop moves to the next that can, and `note` says so; one of an ONBUILD stops
where that runs, in the stages that start from there; one whose condition never holds stops nowhere, and `note` says that.
@throws {UsageError} It names nothing that this build can stop at; the message says why.
*/
export function resolveBreakpoint(
	text: string,
	context: BreakpointContext,
): ResolvedBreakpoint {
	const {target, condition} = parseBreakpoint(text, context.program.graph);
	const {positions, note} = findPositions(target, text, context);
	const kind =
		target.kind === 'instruction-kind' || target.kind === 'miss'
			? target.kind
			: 'place';
	if (condition === null) {
		return {kind, positions, condition, note};
	}

	const holding = positions.filter(position =>
		holds(condition, context.valuesBefore(context.positions[position]!.step!)),
	);
	return {
		kind,
		positions: holding,
		condition,
		note:
			positions.length > 0 && holding.length === 0
				? whyNeverHolds(condition, positions, context)
				: note,
	};
}

type Found = {
	readonly positions: readonly number[];
	readonly note: string | null;
};

function findPositions(
	target: BreakpointTarget,
	text: string,
	context: BreakpointContext,
): Found {
	switch (target.kind) {
		case 'line': {
			return positionOfLine(target.line, text, context);
		}

		case 'stage': {
			const {program, positions} = context;
			const step = program.stages[target.stage]!.steps[target.index]!;
			const position = positionOfStep(positions, step);
			if (position === -1) {
				throw new UsageError(
					`The breakpoint '${text}' can never be hit: ${whyNotBuilt(program, target.stage, 'that stage')}`,
				);
			}

			return {positions: [position], note: null};
		}

		case 'instruction-kind': {
			const {keyword} = target;
			const found = positionsWhere(
				context,
				step => context.program.steps[step]!.keyword === keyword,
			);
			return {
				positions: found,
				note:
					found.length > 0
						? null
						: `The target needs no stage with ${keyword}, so it never stops.`,
			};
		}

		case 'miss': {
			const {program} = context;
			return {
				positions: positionsWhere(
					context,
					step => program.steps[step]!.executes,
				),
				note: null,
			};
		}
	}
}

function positionsWhere(
	{positions}: BreakpointContext,
	isMeant: (step: number) => boolean,
): readonly number[] {
	return positions.flatMap(({step}, index) =>
		step !== null && isMeant(step) ? [index] : [],
	);
}

function positionOfLine(
	line: number,
	text: string,
	{program, positions}: BreakpointContext,
): Found {
	const {graph} = program;
	const steps = program.steps.filter(({trigger}) => !trigger);
	const wanted =
		replacedAt(program, line) ?? steps.find(step => step.lines[1] >= line);
	if (!wanted) {
		throw new UsageError(
			`The breakpoint '${text}' can never be hit: ${graph.filename} has no instruction from line ${line} on. Name an earlier line.`,
		);
	}

	const step = steps.find(
		({lines, id}) => lines[1] >= line && positionOfStep(positions, id) !== -1,
	);
	if (!step) {
		throw new UsageError(
			`The breakpoint '${text}' can never be hit: the target doesn't need what stands from line ${line} on, so it isn't built. Name another with --target.`,
		);
	}

	const isThere = step.lines[0] <= line;
	const isBuilt = program.stages[wanted.stage]!.steps.some(
		id => positionOfStep(positions, id) !== -1,
	);
	const stage = stageLabel(program, wanted.stage);
	const reason = isBuilt
		? `Line ${line} holds no instruction`
		: graph.stages[wanted.stage]!.isReplaced
			? `A named context takes the place of the stage ${stage} of line ${line}`
			: `The target doesn't need the stage ${stage} of line ${line}`;
	const triggered = triggersAt(step, {program, positions});
	const place = `it stops at line ${step.lines[0]}`;
	if (triggered.length > 0) {
		const where = triggered
			.map(position => stepLabel(program, positions[position]!.step!))
			.join(', ');
		return {
			positions: triggered,
			note: `${isThere ? 'It stops' : `${reason}: ${place},`} where the ONBUILD runs: ${where}.`,
		};
	}

	return {
		positions: [positionOfStep(positions, step.id)],
		note: isThere ? null : `${reason}: ${place}.`,
	};
}

/** Where what an ONBUILD holds runs. */
function triggersAt(
	{stage, lines}: Step,
	{program, positions}: Pick<BreakpointContext, 'program' | 'positions'>,
): readonly number[] {
	return positions.flatMap(({step}, position) => {
		const trigger = step === null ? undefined : program.steps[step]!.trigger;
		return trigger?.from.kind === 'stage' &&
			trigger.from.stage === stage &&
			trigger.lines[0] === lines[0]
			? [position]
			: [];
	});
}

/** The FROM of the stage on the line, when a named context takes the stage's place: nothing else of it is a step. */
function replacedAt({graph, stages, steps}: Program, line: number) {
	const stage = graph.stages.find(
		({isReplaced, lines}) => isReplaced && lines[0] <= line && line <= lines[1],
	);
	return stage && steps[stages[stage.index]!.steps[0]!];
}

function whyNotBuilt({graph}: Program, stage: number, name: string): string {
	const {isReplaced, base} = graph.stages[stage]!;
	return isReplaced && base.kind === 'context'
		? `the named context ${base.name} takes the place of ${name}. Leave out its --build-context to build it.`
		: `the target doesn't need ${name}, so it isn't built. Name another with --target.`;
}

function holds(
	{name, operator, value}: Condition,
	values: ReadonlyMap<string, string>,
): boolean {
	return (values.get(name) === value) === (operator === '=');
}

function whyNeverHolds(
	{name, operator}: Condition,
	[first]: readonly number[],
	{program, positions, valuesBefore}: BreakpointContext,
): string {
	const step = positions[first!]!.step!;
	const value = valuesBefore(step).get(name);
	const found =
		value === undefined
			? `${name} isn't set before ${stepLabel(program, step)}`
			: operator === '='
				? `${name} is '${value}' before ${stepLabel(program, step)}`
				: `${name} has that value before ${stepLabel(program, step)}`;
	return `${found}, so it never stops.`;
}
