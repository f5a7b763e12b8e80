import {mkdir, mkdtemp, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {onTestFinished} from 'vitest';
import {findSizes} from '../../source/inspect/left/sizes.js';
import type {PausePolicy} from '../../source/debugger/machine/pause-policy.js';
import {DebuggerStore} from '../../source/debugger/session/store.js';
import {BuildkitEngine} from '../../source/engine/buildkit/engine.js';
import {parseDockerAddress} from '../../source/engine/docker/address.js';
import type {BuildRequest} from '../../source/engine/port.js';
import {openProjectCache} from '../../source/project-cache/project-cache.js';
import type {EngineAddress} from '../engine/http.js';
import {testEngine} from '../engine/test-engine.js';

/** A project on disk, with a cache folder of its own. */
export class Project {
	static async make(files: Readonly<Record<string, string>>): Promise<Project> {
		const folder = await mkdtemp(path.join(tmpdir(), 'mstage-session-'));
		onTestFinished(async () => rm(folder, {recursive: true, force: true}));
		const project = new Project(folder);
		for (const [name, content] of Object.entries(files)) {
			// eslint-disable-next-line no-await-in-loop -- a few small files
			await project.write(name, content);
		}

		return project;
	}

	readonly context: string;

	private constructor(readonly folder: string) {
		this.context = path.join(folder, 'context');
	}

	async write(name: string, content: string): Promise<void> {
		const file = path.join(this.context, name);
		await mkdir(path.dirname(file), {recursive: true});
		await writeFile(file, content);
	}

	/** A session whose program is loaded; it is closed after the test. */
	async start({
		policy = 'error',
		breakpoints = [],
		engine: address = testEngine(),
		...request
	}: Partial<BuildRequest> & {
		readonly policy?: PausePolicy;
		readonly breakpoints?: readonly string[];

		/** Default: that of the run. */
		readonly engine?: EngineAddress;
	} = {}): Promise<DebuggerStore> {
		const engine = await BuildkitEngine.open(
			parseDockerAddress(address.dockerHost),
		);
		onTestFinished(async () => engine.close());
		const dockerfile = path.join(this.context, 'Dockerfile');
		const store = new DebuggerStore({
			findSizes,
			engine,
			request: {
				context: this.context,
				dockerfile,
				dockerfileName: 'Dockerfile',
				buildArguments: {},
				secrets: [],
				noCache: false,
				tags: [],
				...request,
			},
			policy,
			breakpoints,
			cache: await openProjectCache(dockerfile, {
				builder: 'BuildKit',
				environment: {XDG_CACHE_HOME: this.folder},
			}),
		});
		onTestFinished(async () => store.close());
		await store.start();
		return store;
	}
}

/** Returns where a session stands: `1:2`, or `1:end`. */
export function placeOf({state}: DebuggerStore): string {
	const {step, stage} = state.positions[state.cursor]!;
	return `${stage}:${step === null ? 'end' : state.program!.steps[step]!.index}`;
}

/** Returns what is told of why steps ran, by their text. */
export function reasonsOf({
	state,
}: DebuggerStore): Readonly<Record<string, unknown>> {
	return Object.fromEntries(
		[...state.missReasons].map(([step, reasons]) => [
			state.program!.steps[step]!.text,
			reasons,
		]),
	);
}

/** Lets a session hear an event, and returns when it has. */
export async function heard(store: DebuggerStore, type: string): Promise<void> {
	await new Promise<void>(resolve => {
		const stop = store.onEvent(event => {
			if (event.type === type) {
				stop();
				resolve();
			}
		});
	});
}

/** Returns when it is told of so many steps why they ran. */
export async function explained(
	store: DebuggerStore,
	steps: number,
): Promise<void> {
	await new Promise<void>(resolve => {
		const stop = store.onEvent((_event, {missReasons}) => {
			if (missReasons.size === steps) {
				stop();
				resolve();
			}
		});
	});
}
