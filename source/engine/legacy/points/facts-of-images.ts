import type {BuildRequest, Program} from '../../port.js';
import type {LegacyDocker} from '../client/docker.js';
import {imagesOf} from '../client/registry-access.js';
import {type BaseImages, readBaseImages} from './base-images.js';
import {StepFacts} from './step-facts.js';

type Options = {
	readonly request: BuildRequest;

	/** The engine's own. */
	readonly platform: string;

	/** The images that weren't there at first: they count by their names, so that a step's key stays when they come. */
	readonly late: Set<string>;
};

/** What is known of a build's steps, and more of it as images come to the engine. */
export class FactsOfImages {
	images: BaseImages = new Map();
	readonly #docker: LegacyDocker;
	readonly #program: Program;
	readonly #options: Options;
	#current: StepFacts;

	constructor(docker: LegacyDocker, program: Program, options: Options) {
		this.#docker = docker;
		this.#program = program;
		this.#options = options;
		this.#current = this.#make();
	}

	get current(): StepFacts {
		return this.#current;
	}

	/**
	@returns What the images that are there tell.
	@throws {EngineError} The engine was lost.
	*/
	async read(): Promise<StepFacts> {
		await this.#update();
		for (const reference of this.#missing()) {
			this.#options.late.add(reference);
		}

		return this.#current;
	}

	/** Looks for images that weren't there before. */
	async learn(): Promise<void> {
		if (this.#missing().length > 0) {
			await this.#update();
		}
	}

	async #update(): Promise<void> {
		this.images = await readBaseImages(this.#docker, this.#program);
		this.#current = this.#make();
	}

	#missing(): readonly string[] {
		return imagesOf(this.#program).filter(name => !this.images.has(name));
	}

	#make(): StepFacts {
		const {request, platform, late} = this.#options;
		return new StepFacts(
			this.#program,
			{request, platform},
			new Map(
				[...this.images].map(([name, image]) => [
					name,
					late.has(name) ? {...image, id: name} : image,
				]),
			),
		);
	}
}
