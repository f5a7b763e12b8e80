import {readableOf} from '../../text/byte-path.js';
import {nameOf} from '../../filesystem/tree/paths.js';
import {paneIn} from '../place.js';
import {foreign} from '../../text/cells.js';
import {longestLine} from '../present/file.js';
import {layoutFor} from '../present/layout.js';
import type {Theme} from '../present/theme.js';
import type {DebuggerStore} from '../../debugger/session/store.js';
import type {ViewStore} from '../view-store.js';
import {type FileView, coloursAt, lineAt} from './file-view.js';
import {highlight} from './highlight.js';
import {languageOf} from './languages.js';
import {whenStill} from './when-still.js';

/** How many lines before and behind what is in sight get their colours at once: what is above decides, too. */
const before = 150;
const behind = 150;

/** What is longer keeps the colour of plain text, in characters: it would take longer than a frame. */
const mostCharacters = 48_000;

/** How long the keys have to be still, in milliseconds. */
const stillness = 20;

/** Colours what is in sight of a text, after it is drawn: a key never waits for it. */
export class FileColours {
	readonly #store: DebuggerStore;
	readonly #views: ViewStore;
	readonly #theme: Theme;

	constructor(store: DebuggerStore, views: ViewStore, theme: Theme) {
		this.#store = store;
		this.#views = views;
		this.#theme = theme;
	}

	/** @returns Ends it. */
	start(): () => void {
		return whenStill(
			this.#views,
			stillness,
			() => this.#isShown,
			async () => this.#colour(),
		);
	}

	get #isShown(): boolean {
		const view = this.#views.getView();
		return (
			view.files.file !== null && paneIn(this.#store.state, view) === 'files'
		);
	}

	async #colour(): Promise<void> {
		const {files, size} = this.#views.getView();
		const {file} = files;
		const {bodyHeight} = layoutFor(size, 1);
		if (!file || file.isBinary || areColoured(file, bodyHeight)) {
			return;
		}

		const name = readableOf(nameOf(file.path));
		const language =
			file.language ??
			languageOf(name, file.firstLine === 1 ? firstLineOf(file) : '');
		if (language === null) {
			return;
		}

		const from = Math.max(0, file.top - before);
		const lines = this.#lines(file, from, file.top + bodyHeight + behind);
		const length = lines.reduce((sum, line) => sum + line.length, 0);
		const rows =
			length > mostCharacters
				? lines.map(text => [{text, style: 'plain'} as const])
				: await highlight(language, lines);
		const now = this.#views.getView().files;
		if (now.file?.path === file.path && now.file.offset === file.offset) {
			const colours = {offset: file.offset, from, rows};
			this.#views.dispatch({
				type: 'files',
				files: {...now, file: {...now.file, language, colours}},
			});
		}
	}

	#lines(file: FileView, from: number, to: number): readonly string[] {
		const last = Math.min(to, file.lineStarts.length);
		return Array.from({length: Math.max(0, last - from)}, (_, index) =>
			foreign(lineAt(file, from + index, longestLine), this.#theme),
		);
	}
}

/** Whether all that is in sight has its colours, or is no known language. */
function areColoured(file: FileView, height: number): boolean {
	const last = Math.min(file.top + height, file.lineStarts.length) - 1;
	return (
		last < file.top ||
		(coloursAt(file, file.top) !== null && coloursAt(file, last) !== null)
	);
}

function firstLineOf(file: FileView): string {
	return file.lineStarts.length === 0 ? '' : lineAt(file, 0, 200);
}
