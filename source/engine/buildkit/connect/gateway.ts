import type {CallOptions, Client} from '@connectrpc/connect';
import {type Result as BuildResult, withHead} from '../program/definition.js';
import type {Definition} from '../proto/generated/ops_pb.js';
import type {LLBBridge, Result} from '../proto/generated/gateway_pb.js';
import type {BuildkitConnection} from './connection.js';

/**
One gateway build, from the client's side: each call carries the build's reference in the metadata
`buildkit-controlapi-buildid` (moby/buildkit client/buildid/metadata.go).
*/
export class Gateway {
	readonly connection: BuildkitConnection;
	readonly bridge: Client<typeof LLBBridge>;

	/** What every call of the build needs. */
	readonly callOptions: CallOptions;

	#capabilities: Promise<ReadonlySet<string>> | undefined;
	readonly #definitions = new Map<string, Definition>();

	/** @param reference - The `Ref` of the `Control.Solve` that the calls belong to. */
	constructor(connection: BuildkitConnection, reference: string) {
		this.connection = connection;
		this.bridge = connection.bridge;
		this.callOptions = {headers: {'buildkit-controlapi-buildid': reference}};
	}

	/**
	Loads a Dockerfile; nothing of it is run.

	@param options - The frontend's, as in `FrontendOpt`: `filename`, `target`, `build-arg:X` …
	@param call - `inputs` stand in for what the frontend would ask the session for.
	*/
	async load(
		options: Readonly<Record<string, string>>,
		{
			inputs,
			signal,
		}: {
			readonly inputs?: Readonly<Record<string, Definition>>;
			readonly signal?: AbortSignal;
		} = {},
	): Promise<Result> {
		const {result} = await this.bridge.solve(
			{
				Frontend: 'dockerfile.v0',
				FrontendOpt: {...options},
				FrontendInputs: {...inputs},
				allowResultReturn: true,
				allowResultArrayRef: true,
			},
			{...this.callOptions, signal},
		);
		return result!;
	}

	/**
	Runs what is missing of a result.

	@param head - The result; `null` for the definition's own.
	@returns The id of a reference to its filesystem, valid until the build ends.
	*/
	async evaluate(
		definition: Definition,
		head: BuildResult | null = null,
		signal?: AbortSignal,
	): Promise<string> {
		const headed = head ? withHead(definition, head) : definition;
		const {result} = await this.bridge.solve(
			{
				Definition: headed,
				allowResultReturn: true,
				allowResultArrayRef: true,
				Evaluate: true,
			},
			{...this.callOptions, signal},
		);
		const reference = referenceOf(result!) ?? '';
		this.#definitions.set(reference, headed);
		return reference;
	}

	/**
	@param reference - The id of a reference.
	@returns What it is the result of, when `evaluate` gave it; `undefined` for others, such as what a failed RUN left.
	*/
	definitionOf(reference: string): Definition | undefined {
		return this.#definitions.get(reference);
	}

	/**
	@param id - Of a capability of the gateway: `gateway.exec.signals`.
	@returns Whether this engine has it.
	*/
	async has(id: string): Promise<boolean> {
		this.#capabilities ??= this.#readCapabilities();
		const capabilities = await this.#capabilities;
		return capabilities.has(id);
	}

	/** Ends the build with a result: the engine exports it. */
	async return(result: Result): Promise<void> {
		await this.bridge.return({result}, this.callOptions);
	}

	/** Ends the build without one. */
	async abandon(): Promise<void> {
		await this.bridge.return(
			{error: {code: 1, message: 'closed by mstage'}},
			this.callOptions,
		);
	}

	async #readCapabilities(): Promise<ReadonlySet<string>> {
		const {FrontendAPICaps: capabilities} = await this.bridge.ping(
			{},
			this.callOptions,
		);
		return new Set(
			capabilities.filter(({Enabled}) => Enabled).map(({ID}) => ID),
		);
	}
}

/**
@returns The id of a result's one filesystem, or `undefined` when it is the empty one.
*/
export function referenceOf({result}: Result): string | undefined {
	switch (result.case) {
		case 'ref': {
			return result.value.id === '' ? undefined : result.value.id;
		}

		case 'refDeprecated': {
			return result.value === '' ? undefined : result.value;
		}

		default: {
			return undefined;
		}
	}
}
