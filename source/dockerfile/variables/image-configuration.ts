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

type JsonObject = Readonly<Record<string, unknown>>;

/**
@param json - The parsed JSON of an image's configuration (OCI image-spec, config.md; `Shell` and `OnBuild` are
Docker's own fields, moby/docker-image-spec). What is missing, or isn't of its type, counts as not said.
*/
export function readImageConfiguration(json: unknown): ImageConfiguration {
	const image = objectOf(json);
	const config = objectOf(image['config']);
	return {
		environment: textsOf(config['Env']).map(text => splitPair(text)),
		user: textOf(config['User']) ?? '',
		workingDirectory: textOf(config['WorkingDir']) || '/',
		shell: commandOf(config['Shell']),
		entrypoint: commandOf(config['Entrypoint']),
		command: commandOf(config['Cmd']),
		labels: Object.fromEntries(
			Object.entries(objectOf(config['Labels'])).filter(
				(label): label is [string, string] => typeof label[1] === 'string',
			),
		),
		exposedPorts: Object.keys(objectOf(config['ExposedPorts'])),
		volumes: Object.keys(objectOf(config['Volumes'])),
		stopSignal: textOf(config['StopSignal']) || null,
		onBuild: textsOf(config['OnBuild']),
		platform: platformOf(image),
	};
}

function objectOf(value: unknown): JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value)
		? (value as JsonObject)
		: {};
}

function textOf(value: unknown): string | null {
	return typeof value === 'string' ? value : null;
}

function textsOf(value: unknown): readonly string[] {
	return Array.isArray(value)
		? value.filter((item): item is string => typeof item === 'string')
		: [];
}

function commandOf(value: unknown): readonly string[] | null {
	const words = textsOf(value);
	return words.length > 0 ? words : null;
}

function splitPair(text: string): readonly [name: string, value: string] {
	const equals = text.indexOf('=');
	return equals === -1
		? [text, '']
		: [text.slice(0, equals), text.slice(equals + 1)];
}

function platformOf(image: JsonObject): string | null {
	const parts = [image['os'], image['architecture'], image['variant']]
		.map(part => textOf(part) ?? '')
		.filter(part => part !== '');
	return parts.length > 1 ? parts.join('/') : null;
}
