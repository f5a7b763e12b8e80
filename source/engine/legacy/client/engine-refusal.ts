import {isDiskFull} from '../../disk-full.js';
import {MstageError, exitCodes} from '../../../errors.js';

/** The engine answers, and says no. Its cause is what is told of it where nobody knows better. */
export class EngineRefusal extends Error {
	override readonly name = 'EngineRefusal';

	/** Of HTTP: 404 when what was named isn't there, 409 when it can't be now. */
	readonly status: number;

	/** @param message - The engine's own words. */
	constructor(message: string, status: number, options?: ErrorOptions) {
		super(message, {
			cause: new MstageError(
				isDiskFull(message)
					? "There is no space left on the engine's disk. Make room there: docker system df shows what takes it"
					: `The engine refused what mstage asked for: ${message}`,
				exitCodes.buildFailed,
				options,
			),
		});
		this.status = status;
	}
}
