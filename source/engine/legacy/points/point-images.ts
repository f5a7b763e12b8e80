import {UsageError} from '../../../errors.js';
import type {BuildRequest, Point, Program} from '../../port.js';
import {packContext} from '../run/context-tar.js';
import type {LegacyDocker} from '../client/docker.js';
import {imageNamed} from '../client/image-named.js';
import type {StepImages} from '../run/request-plan.js';
import type {SessionObjects} from '../shell/session-objects.js';
import type {ShellOrigin} from '../shell/shell.js';

type Parts = {
	readonly docker: LegacyDocker;
	readonly request: BuildRequest;
	readonly program: Program;
	readonly images: StepImages;
	readonly objects: SessionObjects;
};

/** Which image each point is. */
export class PointImages {
	/**
	The steps of whose failed state there was an image: engines before 24.0.9 and 25.0.2 take it for what the step made (moby/moby
	image/cache/cache.go, before it asked who built an image).
	*/
	readonly mistakable = new Set<number>();

	readonly #parts: Parts;
	#isClosed = false;
	#failure:
		| {
				readonly step: number | null;
				readonly container: string | null;
				image: Promise<string> | null;
		  }
		| undefined;

	constructor(parts: Parts) {
		this.#parts = parts;
	}

	/** @param container - Of the failed RUN; it is ours from now on. */
	async keepFailure(
		step: number | null,
		container: string | null,
	): Promise<void> {
		this.#failure = {step, container, image: null};
		if (this.#isClosed) {
			await this.forgetFailure();
		}
	}

	/** Removes what is kept, also of a request that is still to end. */
	async close(): Promise<void> {
		this.#isClosed = true;
		await this.forgetFailure();
	}

	/** Removes what is kept of the last failure, as soon as something else is run. */
	async forgetFailure(): Promise<void> {
		const container = this.#failure?.container;
		this.#failure = undefined;
		if (container) {
			await this.#parts.docker.removeContainer(container);
		}
	}

	/**
	@returns What containers at the point are made from.
	@throws {UsageError} The engine has no such point.
	@throws {EngineRefusal} The engine can't make it.
	*/
	async originOf(point: Point): Promise<ShellOrigin> {
		return {
			image: await this.imageAt(point),
			toolbox: this.#parts.objects.toolbox,
		};
	}

	/** @returns The last step that the point is made of, in file order; less than 0 when there is none. */
	lastStepOf(point: Point): number {
		const {program} = this.#parts;
		switch (point.kind) {
			case 'after': {
				return point.step;
			}

			case 'before': {
				const {index, stage} = program.steps[point.step]!;
				const {base} = program.graph.stages[stage]!;
				return index > 0
					? point.step - 1
					: base.kind === 'stage'
						? lastStepOf(program, base.stage)
						: -1;
			}

			case 'stage': {
				return lastStepOf(program, point.stage);
			}

			case 'final': {
				return lastStepOf(program, program.target);
			}

			case 'failed':
			case 'source':
			case 'context':
			case 'image': {
				return -1;
			}
		}
	}

	/** @returns The id of the point's image. */
	async imageAt(point: Point): Promise<string> {
		const {program} = this.#parts;
		switch (point.kind) {
			case 'after': {
				return this.#after(point.step);
			}

			case 'before': {
				return program.steps[point.step]!.index === 0
					? this.#base(program.steps[point.step]!.stage)
					: this.#after(point.step - 1);
			}

			case 'stage': {
				return this.#after(lastStepOf(program, point.stage));
			}

			case 'final': {
				return this.imageAt({kind: 'stage', stage: program.target});
			}

			case 'failed': {
				return this.#failed();
			}

			case 'source': {
				return this.#source();
			}

			case 'context': {
				return this.#context();
			}

			case 'image': {
				return this.#named(point.reference);
			}
		}
	}

	async #after(step: number): Promise<string> {
		const {program, images, objects} = this.#parts;
		const {stage} = program.steps[step]!;
		const [first] = program.stages[stage]!.steps;
		for (let id = step; id >= first!; id--) {
			const image = images.get(id);
			if (image !== undefined) {
				return image === '' ? objects.emptyImage() : image;
			}
		}

		return this.#base(stage);
	}

	async #base(stage: number): Promise<string> {
		const {program, objects} = this.#parts;
		const {base} = program.graph.stages[stage]!;
		switch (base.kind) {
			case 'stage': {
				return this.imageAt({kind: 'stage', stage: base.stage});
			}

			case 'image': {
				return this.#named(base.reference);
			}

			case 'scratch': {
				return objects.emptyImage();
			}

			case 'context': {
				throw new UsageError(
					'The legacy builder takes no named contexts: use --builder buildkit.',
				);
			}
		}
	}

	async #named(reference: string): Promise<string> {
		const {docker, request} = this.#parts;
		return imageNamed(docker, reference, request.platform);
	}

	async #failed(): Promise<string> {
		const failure = this.#failure;
		const {container} = failure ?? {};
		if (!failure || !container) {
			throw new UsageError(
				'There is no failed state: nothing has failed, or nothing was left of it.',
			);
		}

		if (failure.step !== null) {
			this.mistakable.add(failure.step);
		}

		failure.image ??= this.#commit(container);
		return failure.image;
	}

	async #commit(container: string): Promise<string> {
		const {docker, objects} = this.#parts;
		return objects.make(docker.commit(container));
	}

	/** What the failed COPY or ADD looked in. */
	async #source(): Promise<string> {
		const {program} = this.#parts;
		const step = this.#failure?.step ?? null;
		const failed = step === null ? null : program.steps[step]!;
		if (failed?.keyword !== 'COPY' && failed?.keyword !== 'ADD') {
			throw new UsageError('No COPY or ADD has failed: there is no source.');
		}

		const read = program.graph.stages[failed.stage]!.dependencies.find(
			dependency =>
				dependency.via !== 'FROM' && dependency.instruction === failed.index,
		);
		switch (read?.kind) {
			case 'stage': {
				return this.imageAt({kind: 'stage', stage: read.stage});
			}

			case 'image': {
				return this.#named(read.reference);
			}

			default: {
				return this.#context();
			}
		}
	}

	/** An image that holds what the engine gets of the build context. */
	async #context(): Promise<string> {
		const {request, objects} = this.#parts;
		return objects.build(
			await packContext(request, 'FROM scratch\nCOPY . /\n'),
		);
	}
}

function lastStepOf({stages}: Program, stage: number): number {
	return stages[stage]!.steps.at(-1)!;
}
