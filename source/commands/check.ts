import process from 'node:process';
import {exitCodes, UsageError} from '../errors.js';
import {
	byLine,
	describeWarning,
	warningFields,
} from '../report/warnings/text.js';
import {isUnicodeTerminal} from '../text/locale.js';
import {plural} from '../text/format.js';
import {safeJson} from '../text/safe-json.js';
import {buildRequest} from './build-flags.js';
import {print} from './output.js';
import {type PointFlags, withEngine} from './with-engine.js';

/**
`mstage check`: the checks of the engine's Dockerfile frontend, as `docker build --check` runs them, and what mstage finds itself;
nothing is built.

@returns The exit code: 1 when there is something to warn of, as with docker build.
@throws {UsageError} The engine's frontend knows no checks.
@throws {DockerfileError} The Dockerfile can't be read.
@throws {EngineError} There is no engine, or it was lost.
*/
export async function check(
	flags: PointFlags & {readonly json: boolean},
): Promise<number> {
	return withEngine(flags, async (engine, signal) => {
		const request = await buildRequest(flags, signal);
		if (!engine.check) {
			throw new UsageError(
				'The legacy builder knows no checks: leave --builder legacy out.',
			);
		}

		const warnings = byLine(await engine.check(request, signal));
		print(
			flags.json
				? `${safeJson({warnings: warnings.map(warning => warningFields(warning))}, 2)}\n`
				: warnings.length === 0
					? 'no warnings\n'
					: [
							...warnings.map(warning =>
								describeWarning(
									warning,
									request.dockerfileName,
									isUnicodeTerminal(process.env),
								),
							),
							`${plural(warnings.length, 'warning')}\n`,
						].join(''),
		);
		return warnings.length === 0 ? exitCodes.done : exitCodes.buildFailed;
	});
}
