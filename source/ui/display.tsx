import process from 'node:process';
import React from 'react';
import {type Instance, render} from 'ink';
import type {DebuggerStore} from '../debugger/session/store.js';
import {Boundary} from './components/boundary.js';
import {parts} from './components/parts.js';
import {Frames} from './frames.js';
import {Painter} from './painter.js';
import type {Theme} from './present/theme.js';
import type {Terminal} from './terminal.js';
import type {ViewStore} from './view-store.js';

export type DisplayOptions = {
	readonly store: DebuggerStore;
	readonly views: ViewStore;
	readonly theme: Theme;
	readonly terminal: Terminal;

	/** Called when a component throws: a defect of mstage. */
	onError(error: Error): void;
};

/** Puts the screen on the terminal and takes it down again, as often as the terminal is lent. */
export class Display {
	readonly #options: DisplayOptions;
	readonly #frames: Frames;
	#painter: Painter | undefined;
	#instances: readonly Instance[] = [];

	constructor(options: DisplayOptions) {
		this.#options = options;
		this.#frames = new Frames(options.store, options.views);
	}

	readonly show = (): void => {
		const {views, terminal} = this.#options;
		views.dispatch({type: 'resize', size: terminal.size});
		this.#frames.start();
		terminal.onRetaken = this.#resize;
		terminal.enter();
		const painter = new Painter(terminal);
		this.#painter = painter;
		this.#instances = parts.map(Part => this.#render(Part, painter));
		terminal.stdout.on('resize', this.#resize);
	};

	readonly hide = (): void => {
		this.#options.terminal.stdout.off('resize', this.#resize);
		this.#frames.stop();
		for (const instance of this.#instances) {
			instance.unmount();
		}

		this.#instances = [];
	};

	/** Draws everything anew. */
	readonly redraw = (): void => {
		this.#painter?.repaint();
	};

	#render(Part: (typeof parts)[number], painter: Painter): Instance {
		const {store, theme, terminal, onError} = this.#options;
		const frames = this.#frames;
		const part: React.ReactElement = (
			<Boundary onError={onError}>
				<Part source={{frames, theme, logOf: step => store.log(step)}} />
			</Boundary>
		);
		return render(part, {
			// Ink only writes to it and asks for its size.

			stdout: painter.part() as unknown as NodeJS.WriteStream,
			stdin: terminal.stdin,
			stderr: process.stderr,
			// Whole frames, each as soon as it is drawn: the painter finds out what changed.
			debug: true,
			onRender({renderTime}) {
				frames.drawn(renderTime);
			},
			exitOnCtrlC: false,
			patchConsole: false,
		});
	}

	/** What the terminal made of the old picture is anybody's guess, so the first frame of the new size is drawn anew. */
	readonly #resize = (): void => {
		const {terminal, views} = this.#options;
		views.dispatch({type: 'resize', size: terminal.size});
		this.#painter?.repaint();
	};
}
