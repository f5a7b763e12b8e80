import {UsageError} from '../../errors.js';
import {numberOf, placeOf} from '../../dockerfile/stages/runs-in.js';
import {findStage} from '../../dockerfile/stage-graph.js';
import type {Point, Program} from '../../engine/port.js';

/** Points that need no more than their kind. */
const plainKinds = ['final', 'failed', 'source', 'context'] as const;

/** Kinds that are spelled with a step behind them: `failed:tests:3`. */
const stepKinds = ['failed', 'source', 'before'] as const;

const imagePrefix = 'image:';

/**
@param text - As a point is spelled on the command line:
- `builder`, `0`: the end of a stage;
- `builder:3`: after that instruction of the stage, FROM being 0; `builder:0.1` after the first ONBUILD trigger that FROM brings;
- `Dockerfile:14`, `:14`: after the instruction on that line;
- `before:builder:3`: what that instruction starts from;
- `failed`, `failed:tests:3`: what the first step that failed, or that one, left behind;
- `source`, `source:final:2`: what a failed COPY or ADD looked in;
- `final`: the end of the target;
- `context`: the build context as the engine sees it;
- `image:alpine:3.20`: an image as FROM names it.
@param program - What the point belongs to.
@throws {UsageError} The text names nothing in the program.
*/
export function parsePoint(text: string, program: Program): Point {
	const point =
		parseFreePoint(text) ??
		parseKind(text, program) ??
		parsePlace(text, program);
	if (!point) {
		throw new UsageError(
			`There is no point '${text}' in ${program.graph.filename}: give a stage (${stageNames(program)}), an instruction of a stage (${stageLabel(program, 0)}:1), a line (Dockerfile:14), final, failed, source, context or an image (image:NAME).`,
		);
	}

	return point;
}

/**
@returns The point of a text that means the same whatever the Dockerfile says, `image:alpine:3.20` or `context`;
`undefined` when it is none of these.
*/
export function parseFreePoint(
	text: string,
): Extract<Point, {kind: 'image' | 'context'}> | undefined {
	if (text === 'context') {
		return {kind: 'context'};
	}

	const reference = text.startsWith(imagePrefix)
		? text.slice(imagePrefix.length)
		: '';
	return reference === '' ? undefined : {kind: 'image', reference};
}

/**
@returns The point as `parsePoint` reads it.
*/
export function formatPoint(point: Point, program: Program): string {
	switch (point.kind) {
		case 'final':
		case 'context': {
			return point.kind;
		}

		case 'failed':
		case 'source': {
			return point.step === undefined
				? point.kind
				: `${point.kind}:${stepLabel(program, point.step)}`;
		}

		case 'before': {
			return `before:${stepLabel(program, point.step)}`;
		}

		case 'stage': {
			const {stage} = point;
			const label = stageLabel(program, stage);
			// The end of the target is what final means, whatever its stage is called.
			const isItself = label === 'final' && stage === program.target;
			return isPlainKind(label) && !isItself ? String(stage) : label;
		}

		case 'after': {
			return stepLabel(program, point.step);
		}

		case 'image': {
			return imagePrefix + point.reference;
		}
	}
}

/** @returns The stage that a point belongs to; `null` of the context, an image, and a failure that isn't named. */
export function stageOfPoint(
	point: Point,
	{steps, target}: Program,
): number | null {
	switch (point.kind) {
		case 'stage': {
			return point.stage;
		}

		case 'before':
		case 'after': {
			return steps[point.step]!.stage;
		}

		case 'failed':
		case 'source': {
			return point.step === undefined ? null : steps[point.step]!.stage;
		}

		case 'final': {
			return target;
		}

		default: {
			return null;
		}
	}
}

/**
@param stage - A stage's index.
@returns Its name, or its number where it has none or a later stage has the same.
*/
export function stageLabel(program: Program, stage: number): string {
	const {name} = program.stages[stage]!;
	return name !== null && findStage(program.graph, name) === stage
		? name
		: String(stage);
}

/**
@param step - A step's id.
@returns `builder:3`, of an ONBUILD trigger `builder:0.1`; of a stage named `image`, which would read as the image `3`, with its number.
*/
export function stepLabel(program: Program, step: number): string {
	const {stage, index} = program.steps[step]!;
	const label = stageLabel(program, stage);
	const number = numberOf(program.graph.stages[stage]!, index);
	return `${`${label}:` === imagePrefix ? stage : label}:${number}`;
}

/**
@param step - A step's id.
@returns `Dockerfile:14`: where it is written, without the folder of the Dockerfile; of a trigger of an image, which stands
in no Dockerfile, `ONBUILD of bugs:onb`.
*/
export function lineLabel(program: Program, step: number): string {
	return placeLabel(program, step, dockerfileName(program));
}

/**
@param step - A step's id.
@param filename - Of the Dockerfile.
@returns As `lineLabel`, with the given name of the Dockerfile.
*/
export function placeLabel(
	program: Program,
	step: number,
	filename: string,
): string {
	const {trigger, lines} = program.steps[step]!;
	return trigger?.from.kind === 'image'
		? `ONBUILD of ${trigger.from.reference}`
		: `${filename}:${lines[0]}`;
}

/**
@param step - A step's id.
@returns The line that it stands on; `null` of a trigger of an image, which stands in no Dockerfile.
*/
export function writtenLine(program: Program, step: number): number | null {
	const {trigger, lines} = program.steps[step]!;
	return trigger?.from.kind === 'image' ? null : lines[0];
}

/**
@param step - A step's id.
@returns Where it is written, in words: `line 14`; of a trigger of an image `ONBUILD of bugs:onb`.
*/
export function lineWords(program: Program, step: number): string {
	const line = writtenLine(program, step);
	return line === null ? lineLabel(program, step) : `line ${line}`;
}

/**
@param step - A step's id.
@returns The step that is shown where it is written: itself, or of an ONBUILD trigger the ONBUILD; of an image's, the FROM.
*/
export function writtenStep({steps, stages}: Program, step: number): number {
	const {trigger, stage} = steps[step]!;
	const [from] = stages[stage]!.steps;
	return trigger === undefined
		? step
		: trigger.from.kind === 'image'
			? from!
			: (stages[trigger.from.stage]!.steps.find(
					id => steps[id]!.lines[0] === trigger.lines[0],
				) ?? from!);
}

function parseKind(text: string, program: Program): Point | undefined {
	if (isPlainKind(text)) {
		return {kind: text};
	}

	const kind = stepKinds.find(name => text.startsWith(`${name}:`));
	const step =
		kind && parsePlace(text.slice(kind.length + 1), program, 'steps only');
	return kind && step?.kind === 'after' ? {kind, step: step.step} : undefined;
}

/** A stage, an instruction of a stage, or a line. */
function parsePlace(
	text: string,
	program: Program,
	wanted: 'all' | 'steps only' = 'all',
): Extract<Point, {kind: 'stage' | 'after'}> | undefined {
	const [name, index] = splitAtColon(text);
	const stage = findStage(program.graph, name);
	if (index === null) {
		return stage === undefined || wanted === 'steps only'
			? undefined
			: {kind: 'stage', stage};
	}

	const step =
		stage === undefined
			? stepOnLine(name, Number(index), program)
			: stepOfNumber(program, stage, index);
	return step === undefined ? undefined : {kind: 'after', step};
}

/**
@param stage - A stage's index.
@param number - As it is spelled behind the name of the stage: `3`, `0.1`.
@returns The step that is meant, or `undefined` when there is none.
*/
export function stepOfNumber(
	{stages, graph}: Program,
	stage: number,
	number: string,
): number | undefined {
	const place = placeOf(graph.stages[stage]!, number);
	return place === undefined ? undefined : stages[stage]!.steps[place];
}

function stepOnLine(
	file: string,
	line: number,
	program: Program,
): number | undefined {
	const {graph, steps} = program;
	const names = ['', 'Dockerfile', graph.filename, dockerfileName(program)];
	return names.includes(file)
		? steps.find(
				({lines, trigger}) => !trigger && lines[0] <= line && line <= lines[1],
			)?.id
		: undefined;
}

/** @returns The name of the Dockerfile without its folder. */
export function dockerfileName({graph}: Program): string {
	return graph.filename.replace(/^.*\//v, '');
}

function isPlainKind(text: string): text is (typeof plainKinds)[number] {
	return (plainKinds as readonly string[]).includes(text);
}

function splitAtColon(
	text: string,
): readonly [name: string, number: string | null] {
	const match = /^(?<name>.*):(?<number>\d+(?:\.\d+)?)$/v.exec(text);
	return match
		? [match.groups!['name']!, match.groups!['number']!]
		: [text, null];
}

function stageNames(program: Program): string {
	return program.stages.map(({index}) => stageLabel(program, index)).join(', ');
}
