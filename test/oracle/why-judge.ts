/* eslint-disable no-await-in-loop -- one engine is asked one question after the other */
import type {Build, Point} from '../../source/engine/port.js';
import {lineageOf} from '../../source/filesystem/provenance/left-behind.js';
import type {Arrival} from '../../source/filesystem/provenance/trace/arrivals.js';
import {buildGraph} from '../../source/inspect/trace/build-graph.js';
import {Layers} from '../../source/inspect/left/layers.js';
import {findShipped} from '../../source/inspect/left/shipped.js';
import {Tracer} from '../../source/inspect/trace/trace.js';
import type {Link} from '../../source/filesystem/provenance/provenance.js';
import {bytePathFromText, textOf} from '../../source/text/byte-path.js';
import type {WhyProject} from './why-draft.js';
import {type Contents, WhyStates} from './why-states.js';
import {isTrue} from './why-truth.js';

/** What was found of a project's files. */
export type Judgement = {
	/** How many files were asked about. */
	readonly asked: number;

	/** Each in one line. */
	readonly wrong: readonly string[];

	/** Where `left` counts otherwise than is told. */
	readonly differing: readonly string[];
};

/** Asks of the files of a build where they came from and went, and holds the answers to what the files hold. */
export class WhyJudge {
	readonly #build: Build;
	readonly #project: WhyProject;
	readonly #most: number;
	readonly #legacy: boolean;
	readonly #tracer: Tracer;
	readonly #states: WhyStates;
	readonly #wrong: string[] = [];
	readonly #differing: string[] = [];
	readonly #ends = new Map<number, Contents>();
	#shipped: ReturnType<typeof findShipped> | undefined;
	#asked = 0;

	constructor(
		build: Build,
		project: WhyProject,
		{most, legacy}: {readonly most: number; readonly legacy: boolean},
	) {
		this.#build = build;
		this.#project = project;
		this.#most = most;
		this.#legacy = legacy;
		this.#tracer = new Tracer(build);
		this.#states = new WhyStates(build, project.truths);
	}

	async judge(): Promise<Judgement> {
		const {program} = this.#build;
		const needed = program.stages.filter(stage => stage.needed);
		for (const {index} of needed) {
			const contents = await this.#states.at({kind: 'stage', stage: index});
			this.#ends.set(index, contents);
		}

		for (const {index} of needed) {
			for (const [file, content] of this.#some(this.#ends.get(index)!)) {
				await this.#judgeFile(index, file, content);
			}

			await this.#judgeGone(index);
		}

		return {
			asked: this.#asked,
			wrong: this.#wrong,
			differing: this.#differing,
		};
	}

	#some(contents: Contents): ReadonlyArray<readonly [string, string]> {
		const step = Math.max(1, contents.size / this.#most);
		return [...contents].filter(
			(_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step),
		);
	}

	async #judgeFile(
		stage: number,
		file: string,
		content: string,
	): Promise<void> {
		const name = `s${stage}:/${file} (${JSON.stringify(content)})`;
		const {links, arrivals, isThere, course} = await this.#trace(
			{kind: 'stage', stage},
			file,
		);
		this.#asked++;
		await this.#judgeEnd(name, links, content);
		if (!isThere || course.fate.kind !== 'there') {
			this.#wrong.push(`${name} is told to be ${course.fate.kind}`);
		}

		for (const link of links) {
			if (
				link.kind === 'copied' &&
				link.from.kind === 'stage' &&
				this.#ends.get(link.from.stage)!.get(textOf(link.source)) !== content
			) {
				this.#wrong.push(
					`${name} was copied from s${link.from.stage}:/${textOf(link.source)}, which has other contents`,
				);
			}
		}

		const there = new Set(
			(arrivals ?? [])
				.filter(({fate}) => fate.kind === 'there')
				.map(({stage: other, path: at}) => `${other}:${at}`),
		);
		for (const {stage: other, path: at, fate} of arrivals ?? []) {
			const has = this.#ends.get(other)!.get(textOf(at)) === content;
			// What overwrote it may be another copy of it, or of the same source.
			const isTold = has
				? there.has(`${other}:${at}`) ||
					(fate.kind === 'overwritten' && fate.isSame === true) ||
					this.#project.truths.get(content)!.kind !== 'line' ||
					(await this.#isCopiedTo(other, textOf(at), content))
				: fate.kind !== 'there';
			if (!isTold) {
				this.#wrong.push(
					`${name} is told to be ${fate.kind} at s${other}:/${textOf(at)}, which has ${has ? 'its' : 'other'} contents`,
				);
			}
		}

		if (arrivals !== null) {
			await this.#judgeLeft(name, {stage, file}, arrivals);
		}

		await this.#judgeWayBack(name, {stage, file}, links);
	}

	/** `left` counts as shipped what is told to be in the target. */
	async #judgeLeft(
		name: string,
		{stage, file}: {readonly stage: number; readonly file: string},
		arrivals: readonly Arrival[],
	): Promise<void> {
		const {target} = this.#build.program;
		if (lineageOf(buildGraph(this.#build), target).has(stage)) {
			return;
		}

		const {signal} = new AbortController();
		this.#shipped ??= findShipped(
			this.#build,
			new Layers(this.#build, signal),
			signal,
		);
		const shipped = await this.#shipped;
		const counted = shipped
			.destinationsOf(stage, bytePathFromText(file))
			.map(({path: at}) => textOf(at));
		const told = arrivals
			.filter(
				({stage: other, fate, links}) =>
					other === target &&
					fate.kind === 'there' &&
					// What the target starts from with it is the same on both sides.
					links.some(({kind}) => kind === 'copied'),
			)
			.map(({path: at}) => textOf(at));
		const isSame = counted.length > 0 === told.length > 0;
		if (!isSame) {
			this.#differing.push(
				`${name} is counted as shipped to ${counted.join(', ') || 'nothing'}, and told to be in ${told.join(', ') || 'nothing'}`,
			);
		}
	}

	/** What a file was copied from must be told to have gone there. */
	async #judgeWayBack(
		name: string,
		{stage, file}: {readonly stage: number; readonly file: string},
		links: readonly Link[],
	): Promise<void> {
		for (const link of links) {
			if (link.kind !== 'copied' || link.from.kind !== 'stage') {
				continue;
			}

			const source = link.from.stage;
			const {target} = this.#build.program;
			const {arrivals} = await this.#trace(
				{kind: 'stage', stage: source},
				textOf(link.source),
			);
			const isTold =
				source === target ||
				arrivals!.some(
					arrival =>
						arrival.stage === stage &&
						textOf(arrival.path) === file &&
						arrival.fate.kind === 'there',
				);
			if (!isTold) {
				this.#wrong.push(
					`${name} came from s${source}:/${textOf(link.source)}, which isn't told to have gone there`,
				);
			}
		}
	}

	async #judgeEnd(
		name: string,
		links: readonly Link[],
		content: string,
	): Promise<void> {
		const truth = this.#project.truths.get(content)!;
		const last = links.at(-1);
		const told = last ? describe(last) : 'nothing';
		const isRight =
			last &&
			(isTrue(last, content, {
				project: this.#project,
				step: this.#build.program.steps[last.step]!,
			}) ||
				(await this.#isOfMount(last, content)) ||
				(await this.#isCopy(last, content)));
		if (!isRight) {
			this.#wrong.push(`${name} is ${JSON.stringify(truth)}, not ${told}`);
		}

		for (const link of links) {
			// The legacy builder keeps nothing of what it downloads.
			const isKept =
				!this.#legacy || link.kind !== 'copied' || link.from.kind !== 'address';
			if (
				isKept &&
				'confirmation' in link &&
				link.confirmation === 'not checked'
			) {
				this.#wrong.push(`${name}: not checked: ${describe(link)}`);
			}
		}
	}

	/** What a RUN copied itself, as `mv` does with a directory of a lower layer, ends there: what it copied is still where it was. */
	async #isCopy({kind, step}: Link, content: string): Promise<boolean> {
		if (kind !== 'written' || this.#build.program.steps[step]!.index === 0) {
			return false;
		}

		const before = await this.#states.at({kind: 'before', step});
		const after = await this.#states.at({kind: 'after', step});
		return [...before].some(
			([path, has]) => has === content && after.get(path) === content,
		);
	}

	/** What a RUN took out of a mount ends there: only the mount has it. The stage that was mounted is told to be read. */
	async #isOfMount({kind, step}: Link, content: string): Promise<boolean> {
		const {mounts, image, context, named} = this.#project;
		const [line] = this.#build.program.steps[step]!.lines;
		const source = mounts.get(line);
		if (kind !== 'written' || source === undefined) {
			return false;
		}

		if (typeof source !== 'number') {
			const files = {context, lib: named, image: image?.files}[source];
			return [...files!.values()].includes(content);
		}

		for (const [path, has] of this.#ends.get(source)!) {
			if (has === content) {
				const {readers} = await this.#trace(
					{kind: 'stage', stage: source},
					path,
				);
				return readers.includes(step);
			}
		}

		return false;
	}

	/** Whether a RUN that copies by itself, which leaves no trace, put contents there. */
	async #isCopiedTo(
		stage: number,
		file: string,
		content: string,
	): Promise<boolean> {
		const {steps, stages, graph} = this.#build.program;
		for (const step of stages[stage]!.steps) {
			if (/ cp |--mount/v.test(steps[step]!.text)) {
				const before = await this.#states.at({kind: 'before', step});
				const after = await this.#states.at({kind: 'after', step});
				if (before.get(file) !== content && after.get(file) === content) {
					return true;
				}
			}
		}

		const {base} = graph.stages[stage]!;
		return base.kind === 'stage' && this.#isCopiedTo(base.stage, file, content);
	}

	/** Files that some step of a stage had, and its end hasn't. */
	async #judgeGone(stage: number): Promise<void> {
		const {steps, stages} = this.#build.program;
		const own = stages[stage]!.steps.slice(1).filter(id => steps[id]!.executes);
		const states: Contents[] = [];
		for (const step of own) {
			states.push(await this.#states.at({kind: 'after', step}));
		}

		const end = this.#ends.get(stage)!;
		const gone = new Set(
			states
				.flatMap(contents => [...contents.keys()])
				.filter(file => !end.has(file)),
		);
		for (const file of [...gone].slice(0, this.#most)) {
			const last = states.findLastIndex(contents => contents.has(file));
			const isAnother = states
				.slice(last + 1)
				.some(contents => this.#states.hasName(contents, file));
			if (isAnother) {
				// A link or a folder has its name then, and is what is asked about.
				continue;
			}

			const content = states[last]!.get(file)!;
			const name = `s${stage}:/${file} (${JSON.stringify(content)}, gone)`;
			const {
				isThere,
				links,
				course,
				path: at,
			} = await this.#trace({kind: 'stage', stage}, file);
			this.#asked++;
			await this.#judgeEnd(name, links, content);
			const remover = own[last + 1]!;
			const moved = course.links.find(({step}) => step === remover);
			const isOfMove =
				moved?.kind === 'moved' &&
				states[last + 1]!.get(textOf(moved.path)) === content;
			const isDeleted =
				course.fate.kind !== 'there' && course.fate.step === remover;
			if (isThere || textOf(at) !== file || !(isOfMove || isDeleted)) {
				this.#wrong.push(
					`${name} went in ${steps[remover]!.text}, not ${JSON.stringify(course.fate)} ${moved ? describe(moved) : ''}`,
				);
			}

			if (isDeleted && !isOfMove) {
				const elsewhere = [...states[last + 1]!].filter(
					([other, has]) =>
						has === content && states[last]!.get(other) !== content,
				);
				if (elsewhere.length > 0) {
					this.#wrong.push(
						`${name} was moved to /${elsewhere[0]![0]} by ${steps[remover]!.text}, not deleted`,
					);
				}
			}
		}
	}

	async #trace(point: Point, file: string) {
		return this.#tracer.trace({point, path: bytePathFromText(file)});
	}
}

function describe(link: Link): string {
	return JSON.stringify(link, (_, value: unknown) =>
		typeof value === 'bigint' ? Number(value) : value,
	);
}
