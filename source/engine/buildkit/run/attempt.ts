import {randomUUID} from 'node:crypto';
import type {BuildEvent, BuildRequest, BuildWarning} from '../../port.js';
import type {BuildkitConnection} from '../connect/connection.js';
import type {ContainerHost} from '../shell/container.js';
import {Gateway} from '../connect/gateway.js';
import type {Result} from '../proto/generated/gateway_pb.js';
import {Toolbox} from '../shell/toolbox.js';
import {Evaluation} from './evaluation.js';
import {type FailureOptions, Failures} from './failures.js';
import type {StatusTranslator} from './status.js';
import {readWarning} from './warnings.js';

export type AttemptOptions = FailureOptions & {
	readonly connection: BuildkitConnection;
};

/** Where what the engine tells of an attempt goes. */
export type AttemptListeners = {
	readonly tell: (event: BuildEvent) => void;
	readonly warn: (warning: BuildWarning) => void;
};

/** What the engine says of an export, by name. */
type ExporterResponse = Readonly<Record<string, string>>;

/**
One `Control.Solve` that waits for us, and what came of it: references, containers, failures. They last as long as it
does, which is why a build may need another one.
*/
export class Attempt {
	readonly gateway: Gateway;
	readonly host: ContainerHost;
	readonly evaluation: Evaluation;
	readonly failures: Failures;
	readonly warn: AttemptListeners['warn'];
	readonly #connection: BuildkitConnection;
	readonly #solve: Promise<ExporterResponse>;
	readonly #following = new AbortController();
	#refusal: unknown;
	#ended = false;

	/**
	Begins it; nothing runs yet.

	@param status - Turns what the engine tells of it into events.
	@param listeners - `tell` gets them, `warn` what it warns of.
	*/
	constructor(
		options: AttemptOptions,
		status: StatusTranslator,
		listeners: AttemptListeners,
	) {
		const {connection, request, engine} = options;
		const reference = randomUUID().replaceAll('-', '');
		this.#connection = connection;
		this.warn = listeners.warn;
		this.gateway = new Gateway(connection, reference);
		this.host = {
			gateway: this.gateway,
			toolbox: new Toolbox(this.gateway, engine.platform, request.toolbox),
			containers: new Set(),
		};
		this.evaluation = new Evaluation(this.gateway, status);
		this.failures = new Failures(this.evaluation, options);
		this.#solve = this.#start(reference, request);
		// Whoever needs the outcome awaits it; until then a rejection is nobody's.
		this.#solve.catch((error: unknown) => {
			this.#refusal = error;
			this.#ended = true;
		});
		void this.#follow(reference, status, listeners);
	}

	/** Why the engine ended it, if it did. */
	get refusal(): unknown {
		return this.#refusal;
	}

	/**
	@param call - A call that belongs to it: the engine keeps calls of a refused solve waiting for seconds.
	@returns What the call gives, unless the engine ends the attempt before.
	*/
	async unlessRefused<T>(call: Promise<T>): Promise<T> {
		const refused = this.#solve.then(async () => call);
		return Promise.race([call, refused]);
	}

	/**
	Ends it with a result, which the engine exports.

	@returns What the engine says of the export.
	*/
	async finish(result: Result): Promise<ExporterResponse> {
		this.#ended = true;
		await this.#closeContainers();
		await this.gateway.return(result);
		return this.#solve;
	}

	/** Ends it without a result. Never fails. */
	async abandon(): Promise<void> {
		if (!this.#ended && !this.#connection.lost.aborted) {
			this.#ended = true;
			await this.#closeContainers();
			await Promise.allSettled([this.gateway.abandon(), this.#solve]);
		}

		this.#following.abort();
	}

	/** The engine doesn't end a build whose containers are open. */
	async #closeContainers(): Promise<void> {
		await Promise.all(
			[...this.host.containers].map(async container => container.close()),
		);
	}

	async #start(
		reference: string,
		request: BuildRequest,
	): Promise<ExporterResponse> {
		const {control, session} = this.#connection;
		const {ExporterResponse: response} = await control.solve({
			Ref: reference,
			Session: session.id,
			Entitlements: entitlementsOf(request),
			// The fields that every engine since 20.10 knows; newer ones append them to `Exporters`.
			...(isExported(request) && {
				ExporterDeprecated: 'moby',
				ExporterAttrsDeprecated:
					request.tags.length > 0 ? {name: request.tags.join(',')} : {},
			}),
		});
		return response;
	}

	async #follow(
		reference: string,
		status: StatusTranslator,
		{tell, warn}: AttemptListeners,
	): Promise<void> {
		try {
			for await (const response of this.#connection.control.status(
				{Ref: reference},
				{signal: this.#following.signal},
			)) {
				for (const warning of response.warnings) {
					warn(readWarning(warning));
				}

				for (const event of status.translate(response)) {
					tell(event);
				}
			}
		} catch {
			// The stream ends with the build; a lost engine shows in the call that waits for it.
		}
	}
}

/** @returns Whether the image of a build stays on the engine. */
export function isExported({tags, settings}: BuildRequest): boolean {
	return tags.length > 0 || settings?.keepsImage === true;
}

/** As for docker build, asking for the engine's network allows it. */
function entitlementsOf({entitlements = [], settings}: BuildRequest): string[] {
	return settings?.network === 'host'
		? [...new Set([...entitlements, 'network.host'])]
		: [...entitlements];
}
