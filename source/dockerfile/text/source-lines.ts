import {DockerfileError} from '../../errors.js';
import {inFile, Refusal} from '../refusal.js';
import type {Directives, Lines} from '../types.js';
import {DirectiveReader} from './directives.js';
import {type Heredoc, type HeredocStart, heredocsIn} from './heredoc.js';
import {
	canHoldHeredocs,
	parseInstruction,
	type RawInstruction,
} from './raw-instruction.js';

/** An instruction and its place. */
export type PlacedInstruction = RawInstruction & {
	readonly lines: Lines;

	/** The exact source lines, without the last one's line end. */
	readonly source: string;
};

// The default buffer of Go's `bufio.Scanner`, with which BuildKit reads lines: the line end must fit in too.
const longestLine = 65_536;

const continuations = {
	'\\': /(?<before>^|[^\\])\\[\t ]*$/v,
	'`': /(?<before>^|[^`])`[\t ]*$/v,
} as const;

const isComment = (line: string): boolean => /^\p{White_Space}*#/v.test(line);
const isBlank = (line: string): boolean => /^\p{White_Space}*$/v.test(line);

/** Each with its end. A pattern would run out of its stack on a line of some megabytes. */
function linesOf(source: string): readonly string[] {
	const lines: string[] = [];
	let start = 0;
	for (
		let end = source.indexOf('\n');
		end !== -1;
		end = source.indexOf('\n', start)
	) {
		lines.push(source.slice(start, end + 1));
		start = end + 1;
	}

	return start === source.length ? lines : [...lines, source.slice(start)];
}

function withoutLineEnd(line: string): string {
	let end = line.length;
	while (line[end - 1] === '\n' || line[end - 1] === '\r') {
		end--;
	}

	return line.slice(0, end);
}

/** The instructions of a file, one after the other (BuildKit's `frontend/dockerfile/parser/parser.go`). */
class SourceReader {
	readonly #directives = new DirectiveReader();
	readonly #physical: readonly string[];
	#next = 0;

	constructor(
		source: string,
		readonly file: string,
	) {
		this.#physical = linesOf(source.replace(/^\u{FEFF}/v, ''));
		this.#checkLengths();
	}

	get directives(): Directives {
		return this.#directives.directives;
	}

	/** @returns The next instruction, or nothing at the end. */
	read(): PlacedInstruction | undefined {
		while (this.#next < this.#physical.length) {
			const first = this.#next + 1;
			const line = this.#readLogicalLine();

			if (line !== undefined) {
				return this.#place(line, first);
			}
		}

		return undefined;
	}

	#place(line: string, first: number): PlacedInstruction {
		const {escape} = this.directives;
		const instruction = inFile(this.file, first, () =>
			parseInstruction(line, escape),
		);
		const heredocs =
			line.includes('<<') && canHoldHeredocs(instruction)
				? inFile(this.file, first, () =>
						heredocsIn(line).map(start => this.#readHeredoc(start)),
					)
				: [];

		return {
			...instruction,
			heredocs,
			lines: [first, this.#next],
			source: withoutLineEnd(
				this.#physical.slice(first - 1, this.#next).join(''),
			),
		};
	}

	/** @returns A line joined with those that continue it, or nothing for an empty line and a comment. */
	#readLogicalLine(): string | undefined {
		const start = this.#readPhysical(true);
		let [joined, continues] = this.#withoutContinuation(
			isComment(start) ? '' : start,
		);

		if (!continues && joined === '') {
			return undefined;
		}

		while (continues && this.#next < this.#physical.length) {
			const line = this.#readPhysical(false);
			if (isComment(line) || isBlank(line)) {
				continue;
			}

			const [text, more] = this.#withoutContinuation(line);
			joined += text;
			continues = more;
		}

		return joined;
	}

	#readPhysical(trimStart: boolean): string {
		const line = withoutLineEnd(this.#physical[this.#next]!);
		const trimmed = trimStart ? line.replace(/^\p{White_Space}+/v, '') : line;
		this.#next++;
		inFile(this.file, this.#next, () => {
			this.#directives.read(trimmed);
		});

		return trimmed;
	}

	#withoutContinuation(line: string): [text: string, continues: boolean] {
		const continuation = continuations[this.directives.escape];
		return continuation.test(line)
			? [line.replace(continuation, '$<before>'), true]
			: [line, false];
	}

	#readHeredoc(start: HeredocStart): Heredoc {
		let content = '';

		for (; this.#next < this.#physical.length; this.#next++) {
			const line = this.#physical[this.#next]!;
			const text = withoutLineEnd(line);

			if ((start.stripTabs ? text.replace(/^\t+/v, '') : text) === start.name) {
				this.#next++;
				return {...start, content};
			}

			content += line;
		}

		throw new Refusal(
			`the heredoc <<${start.name} is never closed: a line with only ${start.name} must end it`,
		);
	}

	#checkLengths(): void {
		for (const [index, line] of this.#physical.entries()) {
			const length =
				line.length * 3 < longestLine
					? 0
					: new TextEncoder().encode(line).length;
			if (
				length > longestLine ||
				(length === longestLine && !line.endsWith('\n'))
			) {
				throw new DockerfileError(
					`the line is longer than ${longestLine - 1} bytes, which BuildKit can't read: break it with continuations`,
					this.file,
					index + 1,
				);
			}
		}
	}
}

/**
Reads a Dockerfile into its instructions: joins continued lines, leaves out comments, also those between continued
lines, and takes heredocs along.

@param source - The text; its lines end with LF or CRLF, and a byte-order mark may come first.
@param file - The Dockerfile as the user named it.
@returns The parser directives and the instructions, in file order.
@throws {DockerfileError} On what BuildKit's parser refuses, with the line.
*/
export function readSource(
	source: string,
	file: string,
): {
	readonly directives: Directives;
	readonly instructions: readonly PlacedInstruction[];
} {
	const reader = new SourceReader(source, file);
	const instructions: PlacedInstruction[] = [];

	for (let next = reader.read(); next !== undefined; next = reader.read()) {
		instructions.push(next);
	}

	return {directives: reader.directives, instructions};
}
