import type {EngineChoice} from '../engine/candidates.js';
import {openEngine} from '../engine/open-engine.js';
import {PrivateEngine} from '../engine/private/private-engine.js';
import {exitCodes} from '../errors.js';
import {sanitise} from '../text/sanitise.js';
import {print} from './output.js';

/**
`mstage engine`: the engine that mstage starts for a machine where none is reachable.

@param choice - The engine that `gc` is for: any.
@returns The exit code: 3 when `status` finds none that answers.
@throws {EngineError} It can't be started or stopped, or what `gc` is for doesn't answer.
*/
export async function engine(
	action: 'start' | 'stop' | 'status' | 'gc',
	choice: EngineChoice,
): Promise<number> {
	return action === 'gc'
		? collect(choice)
		: actions[action](new PrivateEngine());
}

async function collect(choice: EngineChoice): Promise<number> {
	const found = await openEngine(choice);
	try {
		const {containers, images} = await found.removeLeftBehind();
		printLines([
			containers + images === 0
				? 'No killed session has left anything there.'
				: `Removed what killed sessions have left there: ${plural(containers, 'container')}, ${plural(images, 'image')}.`,
		]);
		return exitCodes.done;
	} finally {
		await found.close();
	}
}

function plural(count: number, thing: string): string {
	return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

type Action = (engine: PrivateEngine) => Promise<number>;

const actions: Readonly<Record<'start' | 'stop' | 'status', Action>> = {
	async start(privateEngine) {
		const isNew = await privateEngine.start();
		printLines([
			`The private engine ${isNew ? 'runs' : 'was running already'}: mstage uses it with --engine private, docker with`,
			`export DOCKER_HOST=${privateEngine.address}`,
		]);
		return exitCodes.done;
	},

	async stop(privateEngine) {
		const {folder} = await privateEngine.status();
		const isEnded = await privateEngine.stop();
		printLines([
			isEnded
				? `The private engine has ended; its images stay in ${folder}.`
				: 'There is no private engine to stop: mstage engine start starts one.',
		]);
		return exitCodes.done;
	},

	async status(privateEngine) {
		const {address, folder, version, missing} = await privateEngine.status();
		const isRunning = version !== null;
		printLines([
			isRunning
				? `The private engine runs: Docker ${version} at ${address}.`
				: `The private engine doesn't run: mstage engine start starts it at ${address}.`,
			`Its images, its log and its pid file are in ${folder}.`,
			...(isRunning ? [] : missing),
		]);
		return isRunning ? exitCodes.done : exitCodes.noEngine;
	},
};

function printLines(lines: readonly string[]): void {
	print(`${lines.map(line => sanitise(line)).join('\n')}\n`);
}
