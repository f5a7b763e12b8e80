import type {ImageConfiguration} from './image-configuration.js';
import type {StageGraph} from './types.js';
import {VariableReader} from './variable-reader.js';
import type {VariableOptions, Variables} from './variable-types.js';

export type * from './variable-types.js';
export {VariableReader} from './variable-reader.js';

/**
@param stage - A stage's index.
@param instruction - Which of the stage's instructions; 0 is FROM.
@param bases - What is known of the base images, by the index of the stage that starts from them.
@param options - What the values depend on besides the Dockerfile.
@returns What holds after the instruction, in the order in which it was set; `changed` marks what the instruction
itself set. Of an image that isn't known nothing is told.
*/
export function variablesAfter(
	graph: StageGraph,
	stage: number,
	instruction: number,
	bases: ReadonlyMap<number, ImageConfiguration>,
	options: VariableOptions,
): Variables {
	return new VariableReader(graph, bases, options).after(stage, instruction);
}
