import {type FlatXoConfig} from 'xo';

const config: FlatXoConfig = [
	{
		ignores: [
			'source/engine/buildkit/proto/generated/**',
			'examples/**',
			'dist/**',
			'test/cases/inputs/**',
		],
	},
	{
		react: true,
		prettier: true,
		semicolon: true,
		rules: {
			'no-restricted-syntax': [
				'error',
				{
					selector: 'TSEnumDeclaration',
					message: 'Use a union of string literals.',
				},
			],
			'@typescript-eslint/naming-convention': 'off',
			'@typescript-eslint/prefer-nullish-coalescing': 'off',
			// `null` is what the wire formats and the JSON schemas of the design say.
			'@typescript-eslint/no-restricted-types': 'off',
			'unicorn/no-null': 'off',
			'unicorn/prevent-abbreviations': 'off',
			'unicorn/name-replacements': 'off',
			'react/prop-types': 'off',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{considerDefaultExhaustiveForUnions: true},
			],
			// What comes over a wire is checked where it is read, and has to be given its type there.
			'@typescript-eslint/no-unsafe-type-assertion': 'off',
		},
	},
];

export default config;
