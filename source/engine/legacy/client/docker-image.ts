import type {ImageConfiguration} from '../../../dockerfile/variables/image-configuration.js';

/** An image as the engine describes it (`GET /images/NAME/json`), as far as it is read here. */
export type DockerImage = {
	/** `sha256:…` */
	readonly id: string;

	/** The id of the image that it was made from; empty when the engine doesn't tell. */
	readonly parent: string;

	/** The same as others read it. */
	readonly configuration: ImageConfiguration;

	/** `Config`: what is said of containers made from it; handed back to the engine as it came. */
	readonly config: ContainerConfiguration;
};

/** What is said of containers made from an image, as far as it is read here. */
export type ContainerConfiguration = {
	readonly Env?: readonly string[] | null;
	readonly User?: string;
	readonly WorkingDir?: string;
	readonly Shell?: readonly string[] | null;
	readonly Labels?: Readonly<Record<string, string>> | null;
};
