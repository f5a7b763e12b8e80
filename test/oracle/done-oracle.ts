import {mkdtemp, rm, writeFile} from 'node:fs/promises';
import {createServer} from 'node:http';
import {type AddressInfo} from 'node:net';
import {networkInterfaces, tmpdir} from 'node:os';
import path from 'node:path';
import {isReached} from '../../source/debugger/machine/steps.js';
import {DebuggerStore} from '../../source/debugger/session/store.js';
import type {Engine} from '../../source/engine/port.js';
import {randomOf} from './random.js';

/** Where RUN instructions leave word that they ran. */
export type DoneServer = {
	/** `http://10.1.2.3:4567`, as containers reach it. */
	readonly address: string;

	/** The paths that were asked for. */
	readonly seen: ReadonlySet<string>;
	close(): void;
};

/** What came of a made-up build. */
export type DoneCheck = {
	readonly dockerfile: string;

	/** How many states of steps were compared with what really happened. */
	readonly checked: number;

	/** Each in one sentence. */
	readonly wrong: readonly string[];
};

/**
@returns A server on an address of this machine that containers reach. What lies below `/404` isn't there.
*/
export async function openDoneServer(): Promise<DoneServer> {
	const seen = new Set<string>();
	const server = createServer(({url = ''}, response) => {
		seen.add(url);
		response.writeHead(url.startsWith('/404') ? 404 : 200).end('x');
	});
	await new Promise<void>(resolve => {
		server.listen(0, '0.0.0.0', resolve);
	});
	const outside = Object.values(networkInterfaces())
		.flatMap(addresses => addresses ?? [])
		.find(({family, internal}) => family === 'IPv4' && !internal);
	const {port} = server.address() as AddressInfo;
	return {
		address: `http://${outside?.address ?? '127.0.0.1'}:${port}`,
		seen,
		close() {
			server.closeAllConnections();
			server.close();
		},
	};
}

/**
Makes up a Dockerfile whose RUN instructions each leave word that they are at their end, and of which most fail
somewhere; debugs it, tries again what failed, and debugs it once more in a session of its own.

@param open - Opens the engine.
@param options - `legacy` is whether it is the legacy builder's; the same seed makes the same Dockerfile but for its words.
@returns Where the states of steps aren't what happened.
*/
export async function checkDone(
	open: () => Promise<Engine>,
	server: DoneServer,
	{seed, legacy}: {readonly seed: number; readonly legacy: boolean},
): Promise<DoneCheck> {
	const mark = `${seed}-${Date.now().toString(36)}`;
	const dockerfile = makeUp(seed, {mark, legacy, address: server.address});
	const context = await mkdtemp(path.join(tmpdir(), 'mstage-done-'));
	await writeFile(path.join(context, 'Dockerfile'), dockerfile);
	await writeFile(path.join(context, 'file.txt'), mark);
	let checked = 0;
	const wrong: string[] = [];
	try {
		/** Whose end a failure elsewhere, or an earlier session, may have left word of. */
		const uncertain = new Set<string>();
		for (const runs of [2, 1]) {
			/* eslint-disable no-await-in-loop -- one session after the other */
			const engine = await open();
			const session = new Session(engine, context);
			await session.start();
			for (let run = 0; run < runs; run++) {
				const states = await session.run();
				checked += states.size;
				wrong.push(...compare(session, states, server, uncertain));
			}

			for (const word of server.seen) {
				uncertain.add(word);
			}

			await session.close();
			await engine.close();
			/* eslint-enable no-await-in-loop */
		}
	} finally {
		await rm(context, {recursive: true, force: true});
	}

	return {dockerfile, checked, wrong};
}

/** What is told of a RUN, or of another step behind one. */
type Told = 'done' | 'under way' | 'not done';

class Session {
	readonly store: DebuggerStore;
	readonly #underWay = new Set<number>();

	constructor(engine: Engine, context: string) {
		this.store = new DebuggerStore({
			engine,
			request: {
				context,
				dockerfile: path.join(context, 'Dockerfile'),
				dockerfileName: 'Dockerfile',
				buildArguments: {},
				secrets: [],
				noCache: false,
				tags: [],
			},
			policy: 'error',
			breakpoints: [],
			findSizes: async () => null,
		});
		this.store.onEvent(event => {
			if (event.type === 'started') {
				this.#underWay.add(event.step);
			} else if (event.type === 'done' || event.type === 'cached') {
				this.#underWay.delete(event.step);
			}
		});
	}

	async start(): Promise<void> {
		await this.store.start();
	}

	/** Runs until it fails or is at its end; returns what is told of the steps, by their ids. */
	async run(): Promise<ReadonlyMap<number, Told>> {
		const {store} = this;
		this.#underWay.clear();
		store.dispatch({type: 'continue'});
		while (
			['running', 'finishing', 'loading'].includes(store.state.phase.kind)
		) {
			// eslint-disable-next-line no-await-in-loop -- it changes in its own time
			await changeOf(store);
		}

		if (store.state.phase.kind === 'broken') {
			throw store.state.phase.error;
		}

		return new Map(
			store.state.steps.flatMap((step, id): Array<[number, Told]> =>
				store.state.program!.steps[id]!.executes
					? [
							[
								id,
								isReached(step)
									? 'done'
									: this.#underWay.has(id)
										? 'under way'
										: 'not done',
							],
						]
					: [],
			),
		);
	}

	async close(): Promise<void> {
		await this.store.close();
	}
}

async function changeOf(store: DebuggerStore): Promise<void> {
	await new Promise<void>(resolve => {
		const stop = store.subscribe(() => {
			stop();
			resolve();
		});
	});
}

/** A step is done exactly when it left word; what another's failure ended may just have done so. */
function compare(
	{store: {state}}: Session,
	states: ReadonlyMap<number, Told>,
	{seen}: DoneServer,
	uncertain: Set<string>,
): readonly string[] {
	const {steps, stages} = state.program!;
	return [...states].flatMap(([id, told]) => {
		const {text, stage, index} = steps[id]!;
		const word = wordOf(text);
		const happened = word !== undefined && seen.has(word);
		if (word !== undefined && told === 'under way') {
			uncertain.add(word);
		}

		if (word !== undefined && happened !== (told === 'done')) {
			return happened && uncertain.has(word)
				? []
				: [`${text} is ${told}, but ${happened ? 'ran' : 'never ran'}.`];
		}

		const before = stages[stage]!.steps.slice(0, index)
			.map(other => wordOf(steps[other]!.text))
			.find(other => other !== undefined && !seen.has(other));
		return told === 'done' && before !== undefined
			? [`${text} is done, but ${before} before it never ran.`]
			: [];
	});
}

function wordOf(text: string): string | undefined {
	return /wget -q -O \/dev\/null http:\/\/[^\/]+(?<word>\/\S+)/v.exec(text)
		?.groups!['word'];
}

function makeUp(
	seed: number,
	{
		mark,
		legacy,
		address,
	}: {
		readonly mark: string;
		readonly legacy: boolean;
		readonly address: string;
	},
): string {
	const random = randomOf(seed);
	const below = (limit: number): number => Math.floor(random() * limit);
	const lines: string[] = [];
	const count = 1 + below(4);
	for (let stage = 0; stage < count; stage++) {
		const base = stage > 0 && random() < 0.3 ? `s${below(stage)}` : 'busybox';
		lines.push(`FROM ${base} AS s${stage}`);
		const length = 1 + below(5);
		for (let step = 0; step < length; step++) {
			const id = `${mark}-${stage}-${step}`;
			const word = `wget -q -O /dev/null ${address}/${id}`;
			const other = stage > 0 ? `s${below(stage)}` : 'busybox';
			const kinds: ReadonlyArray<readonly [weight: number, line: string]> = [
				[6, `RUN ${word}`],
				[3, `RUN echo ${id}; ${word}`],
				[2, `RUN sleep 0.3; ${word}`],
				[1, `RUN false && ${word}`],
				[1, `RUN sleep 0.2; false && ${word}`],
				[2, `COPY missing-${id} /missing`],
				[2, `COPY file.txt /file-${step}`],
				[1, `COPY file.txt /etc/passwd/file`],
				[1, `COPY --from=${other} /missing-${id} /missing`],
				[2, `COPY --from=${other} /etc/passwd /passwd-${step}`],
				[1, `ADD ${address}/404/${id} /missing`],
				[1, `ENV STEP_${stage}_${step}=${id}`],
				[1, `WORKDIR /work-${step}`],
				[
					legacy ? 0 : 1,
					`RUN --mount=type=bind,source=missing-${id},target=/m ${word}`,
				],
				[
					legacy ? 0 : 1,
					`RUN --mount=type=bind,source=file.txt,target=/m ${word}`,
				],
			];
			const all = kinds.flatMap(([weight, line]) =>
				Array.from({length: weight}, () => line),
			);
			lines.push(all[below(all.length)]!);
		}
	}

	lines.push('FROM busybox');
	for (let stage = 0; stage < count; stage++) {
		if (random() < 0.8) {
			lines.push(`COPY --from=s${stage} /etc/passwd /passwd-${stage}`);
		}
	}

	return `${lines.join('\n')}\n`;
}
