import process from 'node:process';
import type {WriteStream} from 'node:tty';
import {hideInFailure} from '../debugger/session/hide-in-failure.js';
import {SessionOutput} from '../debugger/session/output.js';
import {Redactor} from '../debugger/session/redactor.js';
import type {
	Build,
	EngineDescription,
	Failure,
	Program,
} from '../engine/port.js';
import {explainFailure} from '../inspect/explain/explain.js';
import {describeFailure} from '../report/failure/describe-failure.js';
import {describeStep} from '../report/describe-step.js';
import {explainedFailure} from '../report/failure/explained.js';
import {cellsOf, truncate} from '../text/cells.js';
import {formatSeconds} from '../text/format.js';
import {isUnicodeTerminal} from '../text/locale.js';
import {sanitise} from '../text/sanitise.js';

/** Why steps of a build weren't reached, without the values of secrets. */
export type Stopped = {
	readonly failure: Failure;

	/** The end of what the step that failed printed. */
	readonly output: string;

	/** What, where and why, with the end of what the step printed: lines that are safe to be shown. */
	readonly details: string;

	/** The steps of which the engine reported that they are done. */
	readonly done: ReadonlySet<number>;
};

/** How many lines of a failed step's output are told. */
const toldLines = 12;

/** How much of the output of a step that fails is kept at least, in UTF-16 code units. */
const keptOutput = 16_384;

/** How often the step that runs is told, in milliseconds; what is done sooner isn't. */
const beat = 250;

/**
Runs steps of a build. On a terminal, standard error shows which of them runs, and for how long.

@param steps - Their ids.
@returns What failed first, or `null` when all of them are done.
@throws {EngineError} The engine was lost.
@throws The signal's reason when it aborts.
*/
export async function runSteps(
	build: Build,
	steps: readonly number[],
	signal: AbortSignal,
): Promise<Stopped | null> {
	const redactor = new Redactor(() => build.secretValues());
	const output = new SessionOutput(redactor);
	const done = new Set<number>();
	const line = process.stderr.isTTY
		? new StepLine(build.program, process.stderr)
		: null;
	try {
		for await (const event of build.run(steps, signal)) {
			switch (event.type) {
				case 'started': {
					line?.start(event.step);
					break;
				}

				case 'cached':
				case 'done': {
					done.add(event.step);
					line?.end(event.step);
					break;
				}

				case 'log': {
					output.print(event.step, event.stream ?? 1, event.data);
					break;
				}

				case 'failed': {
					output.flush();
					const failure = hideInFailure(event.failure, text =>
						redactor.hide(text),
					);
					return {
						failure,
						output: endOf(failure, output),
						details: detailsOf(failure, build.program, output),
						done,
					};
				}

				default: {
					break;
				}
			}
		}
	} finally {
		line?.close();
	}

	signal.throwIfAborted();
	return null;
}

/**
@returns Why the build stopped, as the files tell it, in a few sentences.
@throws {EngineError} The engine was lost.
*/
export async function whyStopped(
	build: Build,
	{failure, output}: Stopped,
	{platform, builder}: Pick<EngineDescription, 'platform' | 'builder'>,
	signal: AbortSignal,
): Promise<string> {
	const explanation = await explainFailure(
		build,
		{failure, output, platform, builder},
		signal,
	);
	if (!explanation) {
		return failure.message;
	}

	const {reasons, advice} = explainedFailure(failure, explanation);
	return [...reasons, ...advice].join(' ');
}

function endOf({step}: Failure, output: SessionOutput): string {
	const log = step === null ? null : output.log(step);
	const count = log?.lineCount ?? 0;
	const lines: string[] = [];
	let length = 0;
	for (let at = count - 1; at >= 0 && length < keptOutput; at--) {
		const line = log?.line(at) ?? '';
		lines.unshift(line);
		length += line.length + 1;
	}

	return lines.map(line => `${line}\n`).join('');
}

function detailsOf(
	failure: Failure,
	program: Program,
	output: SessionOutput,
): string {
	const {step} = failure;
	const log = step === null ? null : output.log(step);
	const count = log?.lineCount ?? 0;
	const first = Math.max(0, count - toldLines);
	const lines = Array.from(
		{length: count - first},
		(_, index) => log?.line(first + index) ?? '',
	);
	return [
		...(first > 0 ? [`  │ … ${first} more lines\n`] : []),
		...lines.map(text => `  │ ${sanitise(text)}\n`),
		describeFailure(failure, program),
	].join('');
}

/** The step that runs, as a line of a terminal that goes away again. */
class StepLine {
	readonly #program: Program;
	readonly #terminal: WriteStream;
	readonly #running = new Map<number, number>();
	readonly #timer: NodeJS.Timeout;
	#isShown = false;

	constructor(program: Program, terminal: WriteStream) {
		this.#program = program;
		this.#terminal = terminal;
		this.#timer = setInterval(() => {
			this.#draw();
		}, beat).unref();
	}

	start(step: number): void {
		this.#running.set(step, performance.now());
	}

	end(step: number): void {
		this.#running.delete(step);
	}

	close(): void {
		clearInterval(this.#timer);
		this.#clear();
	}

	#draw(): void {
		const [first] = this.#running;
		if (first === undefined) {
			this.#clear();
			return;
		}

		const [step, since] = first;
		const isUnicode = isUnicodeTerminal(process.env);
		const time = `  ${formatSeconds((performance.now() - since) / 1000)}`;
		const others = this.#running.size - 1;
		const more = others === 0 ? '' : `  and ${others} more`;
		const columns = this.#terminal.columns || 80;
		const room = columns - cellsOf(time) - cellsOf(more) - 1;
		const text = truncate(
			`${isUnicode ? '▶' : '>'} ${describeStep(this.#program, step)}`,
			Math.max(room, 1),
			isUnicode ? '…' : '~',
		);
		this.#terminal.write(`\r\u001B[K${text}${more}${time}`);
		this.#isShown = true;
	}

	#clear(): void {
		if (this.#isShown) {
			this.#terminal.write('\r\u001B[K');
			this.#isShown = false;
		}
	}
}
