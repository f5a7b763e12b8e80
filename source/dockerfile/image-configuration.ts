/** What an image says of the containers made from it (OCI image-spec, config.md). */
export type ImageConfiguration = {
	readonly environment: ReadonlyArray<readonly [name: string, value: string]>;

	/** Empty when the image says nothing. */
	readonly user: string;

	/** `/` when the image says nothing. */
	readonly workingDirectory: string;
	readonly shell: readonly string[] | null;
	readonly entrypoint: readonly string[] | null;
	readonly command: readonly string[] | null;
	readonly labels: Readonly<Record<string, string>>;

	/** As `8080/tcp`. */
	readonly exposedPorts: readonly string[];
	readonly volumes: readonly string[];
	readonly stopSignal: string | null;

	/** The instructions that run in a stage based on the image, as they are written. */
	readonly onBuild: readonly string[];

	/** As `--platform` spells it. */
	readonly platform: string | null;
};
