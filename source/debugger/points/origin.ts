import type {
	Variable,
	VariableOrigin,
} from '../../dockerfile/variables/read.js';
import type {Program} from '../../engine/port.js';
import {stageLabel} from './point.js';

/**
@param kind - Of what has the origin: an argument's instruction only gives its default.
@returns Where a value came from, for people: `base image`, `default, line 2`, `ENV line 4`, `--build-arg`; not sanitised.
*/
export function originText(
	program: Program,
	origin: VariableOrigin,
	kind: Variable['kind'] | 'setting',
): string {
	switch (origin.kind) {
		case 'base': {
			return 'base image';
		}

		case 'stage': {
			return `stage ${stageLabel(program, origin.stage)}`;
		}

		case 'instruction': {
			const {line} = origin;
			const step = program.steps.find(({lines}) => lines[0] === line);
			return kind === 'argument'
				? `default, line ${line}`
				: `${step?.keyword ?? ''} line ${line}`.trim();
		}

		case 'build-arg': {
			return '--build-arg';
		}

		case 'global': {
			return `global, line ${origin.line}`;
		}

		case 'predefined': {
			return 'builder';
		}

		case 'secret': {
			return `secret ${origin.id}`;
		}
	}
}
