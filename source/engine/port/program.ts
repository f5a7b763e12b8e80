import type {ImageConfiguration} from '../../dockerfile/variables/image-configuration.js';
import type {StageGraph, Trigger} from '../../dockerfile/types.js';

/** A Dockerfile as a builder understood it: what there is to run, in file order. */
export type Program = {
	readonly graph: StageGraph;

	/** The index of the stage that the build is for. */
	readonly target: number;

	readonly stages: readonly ProgramStage[];

	/** What runs in each stage (`runsIn` of the Dockerfile's room), stage by stage in file order; a step's id is its place here. */
	readonly steps: readonly Step[];
};

export type ProgramStage = {
	readonly index: number;

	/** As `AS` names it, or `null`. */
	readonly name: string | null;

	/** Whether this builder builds it for the target. */
	readonly needed: boolean;

	/** Whether the target reads anything of it; the legacy builder builds also what stands before the target unused. */
	readonly used: boolean;

	/** The ids of its steps, FROM first. */
	readonly steps: readonly number[];

	/** Of its base image; `null` when that is another stage or the empty filesystem, or when it isn't known. */
	readonly baseConfiguration: ImageConfiguration | null;
};

export type Step = {
	readonly id: number;

	/** The index of its stage. */
	readonly stage: number;

	/** Which of what runs in its stage it is; 0 is FROM. */
	readonly index: number;

	readonly keyword: string;

	/** The instruction as one line; of an ONBUILD trigger with ONBUILD in front, its keyword being that of what runs. */
	readonly text: string;

	/** The ONBUILD trigger of its stage's base that it is; left out for an instruction of the stage. */
	readonly trigger?: Trigger;

	/** First and last line in the Dockerfile, counted from 1; of a trigger, see there. */
	readonly lines: readonly [first: number, last: number];

	/** Whether there is something to run; the others (ENV, CMD, LABEL …) only change the image's configuration. */
	readonly executes: boolean;

	/**
	Equal keys in two programs stand for the same operation on the same inputs, the contents of the build context apart;
	`null` when the builder doesn't tell.
	*/
	readonly key: string | null;

	/** The indices of the stages that its `--from` or its mounts read, ascending. */
	readonly reads: readonly number[];
};
