/** What a text has to be: one character, or something made of such parts. */
export type Part =
	| {
			readonly kind: 'one';

			/** Whether a code point will do. */
			readonly accepts: (code: number) => boolean;
	  }
	| {readonly kind: 'sequence'; readonly parts: readonly Part[]}
	| {readonly kind: 'choice'; readonly parts: readonly Part[]}
	| {
			/** Any number of times. */
			readonly kind: 'repeated';
			readonly part: Part;
	  }
	/** The place before the first character. */
	| {readonly kind: 'start'};

/** Nothing at all. */
export const nothing: Part = {kind: 'sequence', parts: []};

/** @returns Each of the parts after the other. */
export function sequence(parts: readonly Part[]): Part {
	return {kind: 'sequence', parts};
}

/** @returns Any one of the parts. */
export function choice(parts: readonly Part[]): Part {
	return {kind: 'choice', parts};
}

/** @returns The part, any number of times. */
export function repeated(part: Part): Part {
	return {kind: 'repeated', part};
}

/** @returns A character that the test takes. */
export function one(accepts: (code: number) => boolean): Part {
	return {kind: 'one', accepts};
}

/** @returns That very character. */
export function literal(character: string): Part {
	const code = character.codePointAt(0)!;
	return one(other => other === code);
}

type Instruction =
	| {readonly kind: 'one'; readonly accepts: (code: number) => boolean}
	| {readonly kind: 'start'}
	| {readonly kind: 'end'}
	/** Goes on at each of the places. */
	| {readonly kind: 'fork'; readonly places: number[]};

/** The places in a program that a text can have led to. */
type State = {
	readonly places: readonly number[];
	readonly isEnd: boolean;
	readonly next: Map<number, State>;
};

/** How many steps from state to state are kept: what common patterns need, and no more memory than that for hostile ones. */
const mostSteps = 4096;

/**
Makes a matcher that goes through a text once: in the worst case it takes as long as the text times the pattern, where
JavaScript's expressions, which go back and try again, take for ever.

@returns Whether a text is, from its start to its end, what the part says, character (code point) by character.
*/
export function automatonOf(part: Part): (text: string) => boolean {
	const program: Instruction[] = [];
	emit(part, program);
	program.push({kind: 'end'});
	const automaton = new Automaton(program);
	return text => automaton.matches(text);
}

function emit(part: Part, program: Instruction[]): void {
	switch (part.kind) {
		case 'one':
		case 'start': {
			program.push(part);
			break;
		}

		case 'sequence': {
			for (const inner of part.parts) {
				emit(inner, program);
			}

			break;
		}

		case 'repeated': {
			const entry = program.length;
			const places = [entry + 1];
			program.push({kind: 'fork', places});
			emit(part.part, program);
			program.push({kind: 'fork', places: [entry]});
			places.push(program.length);
			break;
		}

		case 'choice': {
			const places: number[] = [];
			const ends: number[][] = [];
			program.push({kind: 'fork', places});
			for (const inner of part.parts) {
				places.push(program.length);
				emit(inner, program);
				const end: number[] = [];
				ends.push(end);
				program.push({kind: 'fork', places: end});
			}

			for (const end of ends) {
				end.push(program.length);
			}
		}
	}
}

/** A program that is in several places at once, and remembers where each character led from there. */
class Automaton {
	readonly #program: readonly Instruction[];
	#states = new Map<string, State>();
	#start: State;
	#steps = 0;

	/** In which round each place was reached, so that none is gone through twice. */
	readonly #reachedIn: Uint32Array;
	#round = 0;

	constructor(program: readonly Instruction[]) {
		this.#program = program;
		this.#reachedIn = new Uint32Array(program.length);
		this.#start = this.#stateOf([0], true);
	}

	matches(text: string): boolean {
		let state = this.#start;
		for (let index = 0; index < text.length; index++) {
			const code = text.codePointAt(index)!;
			if (code > 0xff_ff) {
				index++;
			}

			state = state.next.get(code) ?? this.#step(state, code);
			if (state.places.length === 0 && !state.isEnd) {
				return false;
			}
		}

		return state.isEnd;
	}

	#step(state: State, code: number): State {
		if (this.#steps++ > mostSteps) {
			this.#steps = 0;
			this.#states = new Map();
			this.#start = this.#stateOf([0], true);
		}

		const next = this.#stateOf(
			state.places.flatMap(place => {
				const instruction = this.#program[place]!;
				return instruction.kind === 'one' && instruction.accepts(code)
					? [place + 1]
					: [];
			}),
			false,
		);
		state.next.set(code, next);
		return next;
	}

	/** Where one gets to without a character is part of it. */
	#stateOf(entries: readonly number[], isAtStart: boolean): State {
		this.#round++;
		const pending = entries.toReversed();
		const places: number[] = [];
		let isEnd = false;
		for (
			let place = pending.pop();
			place !== undefined;
			place = pending.pop()
		) {
			if (this.#reachedIn[place] === this.#round) {
				continue;
			}

			this.#reachedIn[place] = this.#round;
			const instruction = this.#program[place]!;
			switch (instruction.kind) {
				case 'fork': {
					for (const next of instruction.places) {
						pending.push(next);
					}

					break;
				}

				case 'one': {
					places.push(place);

					break;
				}

				case 'end': {
					isEnd = true;

					break;
				}

				default: {
					if (isAtStart) {
						pending.push(place + 1);
					}
				}
			}
		}

		const key = `${places.toSorted((a, b) => a - b).join(' ')} ${isEnd}`;
		const known = this.#states.get(key);
		if (known) {
			return known;
		}

		// A state without a place to go on from is still one when the text ends there.
		const state: State = {places, isEnd, next: new Map()};
		this.#states.set(key, state);
		return state;
	}
}
