/** What an image carries beside its files, which everybody who has the image can read. */
export type FinalImage = {
	/** `NAME=value`. */
	readonly environment: readonly string[];
	readonly labels: Readonly<Record<string, string>>;

	/** Of its instructions, the first first: how each was run, with the build arguments that it had. */
	readonly history: readonly string[];

	/** All else that it is configured with, as text. */
	readonly rest: string;
};
