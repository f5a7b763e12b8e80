import process from 'node:process';
import type {PausePolicy} from '../debugger/state.js';
import {DebuggerStore} from '../debugger/store.js';
import {openEngine} from '../engine/open-engine.js';
import {type BuildFlags, buildRequest} from './build-flags.js';
import {runPlain} from './plain.js';
import {untilSignal} from './signals.js';

export type DebugOptions = BuildFlags & {
	readonly pause: PausePolicy;
	readonly break: readonly string[];
	readonly host?: string;
	readonly plain: boolean;
	readonly json: boolean;
};

/**
`mstage debug`: a debug session on the screen, or at the line prompt where there is no terminal.

@returns The exit code.
@throws {MstageError} The session could not begin.
*/
export async function debug(options: DebugOptions): Promise<number> {
	const request = buildRequest(options);
	const engine = await openEngine(options.host);
	const store = new DebuggerStore({
		engine,
		request,
		policy: options.pause,
		breakpoints: options.break,
	});
	try {
		return await untilSignal(async () => {
			const screen = process.stdin.isTTY && process.stdout.isTTY && !options.plain && !options.json;
			if (screen) {
				const {runScreen} = await import('../ui/screen.js');
				void store.start();
				return runScreen(store, {stdin: process.stdin, stdout: process.stdout, env: process.env});
			}

			return runPlain(store, options.json);
		});
	} finally {
		await store.close();
		await engine.close();
	}
}
