/** What a Docker engine says of itself in `GET /info`, as far as it matters to a build. */
export type EngineDetails = {
	/** The name of its machine. */
	readonly hostName: string;

	/** `Debian GNU/Linux 12`. */
	readonly system: string;

	/** Of the images' layers: `overlay2`, or a snapshotter of containerd. */
	readonly storageDriver: string;

	/** Who keeps the images. */
	readonly imageStore: 'docker' | 'containerd';
	readonly rootless: boolean;

	/** Whether it still has the builder that it had before BuildKit. */
	readonly legacyBuilder: boolean;
};
