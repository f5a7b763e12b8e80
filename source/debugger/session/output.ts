import type {Program, Progress} from '../../engine/port.js';
import {outlineOf, pairSteps} from '../machine/outline.js';
import type {DebuggerState} from '../machine/state.js';
import {isReached} from '../machine/steps.js';
import type {Redactor} from './redactor.js';
import {StepLog} from './log.js';

/** What a step printed, without secrets. */
export type Printed = {readonly step: number; readonly data: Uint8Array};

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
	print(step: number, data: Uint8Array): readonly Printed[] {
		return this.#add(step, this.redactor.redact(step, data));
	}

	/** @returns What was held back: nothing follows it. */
	flush(): readonly Printed[] {
		return this.redactor
			.flush()
			.flatMap(([step, data]) => this.#add(step, data));
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

	#add(step: number, data: Uint8Array): readonly Printed[] {
		if (data.length === 0) {
			return [];
		}

		this.log(step).append(data);
		this.#version++;
		return [{step, data}];
	}
}
