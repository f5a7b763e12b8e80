import {createInterface} from 'node:readline';
import type {Readable, Writable} from 'node:stream';
import type {DebuggerStore} from '../debugger/session/store.js';
import {hold} from '../terminal/holders.js';
import {type Paste, markNoPastes, markPastes} from '../terminal/pastes.js';
import {sanitise} from '../text/sanitise.js';
import type {PromptContext} from './command.js';
import {type Offer, complete} from './completion.js';
import {PromptInput} from './prompt-input.js';
import type {PromptRoom} from './prompt-room.js';
import type {CommandUnderWay} from './under-way.js';

/** What lines are typed at. */
export type Terminal = {
	readonly input: Readable;
	readonly output: Writable;

	/** The lines of earlier sessions, newest first; those of this one are added. */
	readonly history: string[];

	/** Makes room for what is told while a line is typed. */
	readonly room: PromptRoom;

	/** What Ctrl-C gives up while no line is typed. */
	readonly underWay: CommandUnderWay;
};

const promptText = '(mstage) ';

/**
Each line has an interface of its own, so that nothing reads the terminal while a command, or a shell, has it.

@returns What is typed, line by line, until the input or the session ends.
*/
export async function* linesOfTerminal(
	options: Pick<PromptContext, 'signal' | 'store'>,
	terminal: Terminal,
): AsyncGenerator<string> {
	const pasted: string[] = [];
	for (;;) {
		// eslint-disable-next-line no-await-in-loop -- one line after the other
		const lines = await readLines(options, terminal, pasted);
		if (lines.length === 0) {
			return;
		}

		yield* lines;
	}
}

/** How many characters a line takes. */
const longestLine = 4096;

/**
@param pasted - Lines of a paste that come up next, one after the other: nothing of a paste is run before Enter is pressed.
@returns The line, and those that were typed at once with it; none at the end of the input. Ctrl-C clears what was typed, and
gives up what was pasted.
*/
async function readLines(
	{signal, store}: Pick<PromptContext, 'signal' | 'store'>,
	{input, output, history, room: typing, underWay}: Terminal,
	pasted: string[],
): Promise<readonly string[]> {
	const read: string[] = [];
	const room = (): number => longestLine - lines.line.length;
	const tell = (text: string): void => {
		typing.above(() => {
			output.write(`${text}\n`);
		});
	};

	const full = (): void => {
		tell(
			`A line takes ${longestLine.toLocaleString('en')} characters: the rest was left out.`,
		);
	};

	const typed = new PromptInput(input, {
		room,
		full,
		paste(paste) {
			const [line = '', ...others] = linesOf(paste);
			if (paste.isCut || line.length > room()) {
				full();
			} else if (others.length > 0) {
				tell(
					`${others.length === 1 ? 'One more line was' : `${others.length} more lines were`} pasted: each comes up after Enter, Ctrl-C gives them up.`,
				);
			}

			pasted.unshift(...others);
			lines.write(line.slice(0, Math.max(0, room())));
		},
	});
	const lines = createInterface({
		input: typed,
		output,
		prompt: promptText,
		terminal: true,
		history: [...history],
		completer(line: string, tell: (error: Error | null, offer: Offer) => void) {
			void offerFor(line, store, tell);
		},
		signal,
	});
	lines.on('SIGINT', () => {
		pasted.length = 0;
		lines.write(null, {ctrl: true, name: 'e'});
		lines.write(null, {ctrl: true, name: 'u'});
	});
	const isTerminal = typed.setRawMode(true).isRaw;
	output.write(isTerminal ? markPastes : '');
	lines.pause();
	const letGo = hold({
		release() {
			output.write(isTerminal ? markNoPastes : '');
			typed.setRawMode(false);
		},
		retake() {
			typed.setRawMode(true);
			output.write(isTerminal ? markPastes : '');
			lines.prompt(true);
		},
	});
	const endTyping = typing.begin({
		clear() {
			output.write('\r\u001B[J');
		},
		redraw() {
			lines.prompt(true);
		},
	});
	let isClosed = false;
	const begin = async (): Promise<void> => {
		await underWay.lineBegins();
		if (!isClosed) {
			lines.prompt(true);
			lines.write((pasted.shift() ?? '').slice(0, longestLine));
		}
	};

	void begin();
	return new Promise(resolve => {
		lines.on('line', line => {
			endTyping();
			history.unshift(line);
			if (read.push(line) === 1) {
				setImmediate(() => {
					lines.close();
				});
			}
		});
		lines.once('close', () => {
			isClosed = true;
			underWay.lineEnds();
			endTyping();
			letGo();
			output.write(isTerminal ? markNoPastes : '');
			typed.close();
			resolve(read);
		});
	});
}

/** What is empty at the end was only Enter, which nobody pressed. */
function linesOf({text, isCut}: Paste): readonly string[] {
	const lines = text.split(/\r\n|[\n\r]/v).map(line => sanitise(line));
	return isCut
		? lines.slice(0, 1)
		: lines.slice(0, lines.at(-1) === '' ? -1 : undefined);
}

async function offerFor(
	line: string,
	store: DebuggerStore,
	tell: (error: Error | null, offer: Offer) => void,
): Promise<void> {
	try {
		const [matches, word] = await complete(line, store);
		tell(null, [matches.map(match => sanitise(match)), word]);
	} catch {
		// The engine is lost, and the session says so.
		tell(null, [[], line]);
	}
}
