import type Docker from 'dockerode';
import type {BuildSettings} from '../../port.js';

/** How a request to the legacy builder is made (`POST /build`). */
export type BuildQuery = {
	/** The path of the Dockerfile in the context. */
	readonly dockerfile: string;
	readonly buildargs: Readonly<Record<string, string>>;
	readonly platform?: string | undefined;
	readonly nocache: boolean;
	readonly settings?: BuildSettings | undefined;
	readonly labels?: Readonly<Record<string, string>>;

	/** The images that it may have to pull, as FROM names them. */
	readonly references?: readonly string[];

	/** Ids of images: with any, only they and what they were made from are taken for cached. */
	readonly cachefrom: readonly string[];
};

/**
@returns The parameters that `POST /build` takes them as (Docker Engine API, "Build an image").
*/
export function settingsQuery({
	network,
	hosts,
	sharedMemory,
	limits,
}: BuildSettings): Docker.ImageBuildOptions {
	return {
		...(network !== null && {networkmode: network}),
		...(sharedMemory !== null && {shmsize: sharedMemory}),
		...(hosts.length > 0 && {
			// The library repeats the parameter for each, whatever its types say.
			extrahosts: hosts.map(
				({name, address}) => `${name}:${address}`,
			) as unknown as string,
		}),
		...(limits.length > 0 && {
			ulimits: JSON.stringify(
				limits.map(({name, soft, hard}) => ({
					Name: name,
					Soft: soft,
					Hard: hard,
				})),
			) as unknown as Docker.ImageBuildOptions,
		}),
	};
}
