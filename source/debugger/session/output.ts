import type {Program, Progress} from '../../engine/port.js';
import {outlineOf, pairSteps} from '../machine/outline.js';
import type {DebuggerState} from '../machine/state.js';
import {isReached} from '../machine/steps.js';
import type {Redactor} from './redactor.js';
import {explainClipping} from './clipped.js';
import {StepLog} from './log.js';

/** What a step printed, without secrets. */
export type Printed = {
	readonly step: number;
	readonly stream: 1 | 2;
	readonly data: Uint8Array;
};

/** What the steps of a session print, and what moves besides. */
export class SessionOutput {
	readonly redactor: Redactor;
	readonly #logs = new Map<number, StepLog>();
	readonly #progress = new Map<string, Progress>();
	#version = 0;

	/** @param redactor - Hides secrets. */
	constructor(redactor: Redactor) {
		this.redactor = redactor;
	}

	/** Grows with all that is printed. */
	get version(): number {
		return this.#version;
	}

	/** What hasn't come to its end, the newest last. */
	get progress(): readonly Progress[] {
		return [...this.#progress.values()];
	}

	/**
	@param step - A step's id.
	@returns What it printed; an empty log when it printed nothing.
	*/
	log(step: number): StepLog {
		let log = this.#logs.get(step);
		if (!log) {
			log = new StepLog();
			this.#logs.set(step, log);
		}

		return log;
	}

	/** @returns What of a step's output can be told already: what may be the beginning of a secret is held back. */
	print(step: number, stream: 1 | 2, data: Uint8Array): readonly Printed[] {
		return this.#add(
			step,
			stream,
			this.redactor.redact(`${step} ${stream}`, explainClipping(data)),
		);
	}

	/** @returns What was held back: nothing follows it. */
	flush(): readonly Printed[] {
		return this.redactor.flush().flatMap(([source, data]) => {
			const [step, stream] = source.split(' ');
			return this.#add(Number(step), stream === '2' ? 2 : 1, data);
		});
	}

	move(progress: Progress): void {
		if (progress.finished) {
			this.#progress.delete(progress.id);
		} else {
			this.#progress.set(progress.id, progress);
		}
	}

	/** A step that runs again begins a new log. */
	restart(step: number): void {
		this.#logs.delete(step);
	}

	/** After a reload: a log stays with its instruction as long as that stays done. */
	adopt(before: Program, {program, steps}: DebuggerState): void {
		const {newOf} = pairSteps(outlineOf(before), outlineOf(program!));
		const moved = [...this.#logs].flatMap(([old, log]) => {
			const step = newOf.get(old);
			return step !== undefined && isReached(steps[step]!)
				? [[step, log] as const]
				: [];
		});
		this.#logs.clear();
		for (const [step, log] of moved) {
			this.#logs.set(step, log);
		}
	}

	#add(step: number, stream: 1 | 2, data: Uint8Array): readonly Printed[] {
		if (data.length === 0) {
			return [];
		}

		this.log(step).append(data, stream);
		this.#version++;
		return [{step, stream, data}];
	}
}
