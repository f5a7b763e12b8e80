import {readImageConfiguration} from '../../dockerfile/variables/image-configuration.js';
import type {FinalImage} from '../port.js';

/** What `GET /images/NAME/json` answers with, as far as it is read here. */
export type InspectedImage = {
	readonly Size?: number;

	/** Of the engine's own image store; another one (containerd's) gives none, and counts compressed contents in `Size`. */
	readonly GraphDriver?: {readonly Data?: unknown} | null;
	readonly RootFS?: {readonly Layers?: readonly string[] | null};
};

/**
@returns What the image's layers cost, in bytes: its regular files, as `docker images` says; `null` where the engine counts
something else.
*/
export function layerBytes({Size, GraphDriver}: InspectedImage): number | null {
	return Size !== undefined && GraphDriver?.Data ? Size : null;
}

/**
@param json - The parsed JSON of an image's configuration (OCI image-spec, config.md).
@param history - How each instruction was run, the first first.
@returns What the image says beside its files.
*/
export function finalImageOf(
	json: {readonly config?: unknown},
	history: readonly string[],
): FinalImage {
	const {environment, labels} = readImageConfiguration(json);
	const {
		Env: _environment,
		Labels: _labels,
		...rest
	} = (json.config ?? {}) as Readonly<Record<string, unknown>>;
	return {
		environment: environment.map(pair => pair.join('=')),
		labels,
		history,
		rest: JSON.stringify(rest),
	};
}
