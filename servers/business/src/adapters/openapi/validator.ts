import { createContext, Script } from 'node:vm';
import { Fault } from '@switchboard/kit';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Schema } from '../../api/schema.ts';

/** Longest that compiling a schema or checking against it may take: its patterns come from outside. */
const compileMs = 2_000;
const checkMs = 500;
const maxProblems = 8;

/** Checks arguments against an operation's schema; what is wrong is one Fault that names each property. */
export type CheckArguments = (args: unknown) => void;

const run = new Script('work()');

/** Runs synchronous work that is broken off at its deadline, even inside a regular expression. */
function within<T>(ms: number, work: () => T): T {
	try {
		return run.runInContext(createContext({ work }), { timeout: ms }) as T;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
		throw new Fault('unsupported', 'Checking the arguments against the document took too long.', { cause: error });
	}
}

export function createCheck(schema: Schema): CheckArguments {
	const validate = compile(schema);
	return (args) => {
		if (within(checkMs, () => validate(args))) return;
		const problems = [...new Set((validate.errors ?? []).map(problemOf))];
		const more = problems.length > maxProblems ? `; and ${problems.length - maxProblems} more` : '';
		throw new Fault('invalid_input', `args: ${problems.slice(0, maxProblems).join('; ')}${more}.`, {
			hint: 'api_describe returns the schema of the arguments.',
		});
	};
}

function compile(schema: Schema): ValidateFunction {
	const ajv = new Ajv2020({
		strict: false,
		allErrors: true,
		validateSchema: false,
		logger: false,
		addUsedSchema: false,
		unicodeRegExp: true,
	});
	formats.default(ajv);
	try {
		return within(compileMs, () => ajv.compile(schema));
	} catch (error) {
		if (error instanceof Fault) throw error;
		throw new Fault('unsupported', 'The document’s schema of this operation cannot be used.', { cause: error });
	}
}

/** In our words: a schema's own texts come from outside. */
function problemOf({ keyword, instancePath, params }: ErrorObject): string {
	const where = placeOf(instancePath);
	switch (keyword) {
		case 'required':
			return `${join(where, params.missingProperty)} is missing`;
		case 'additionalProperties':
		case 'unevaluatedProperties':
			return `${join(where, params.additionalProperty ?? params.unevaluatedProperty)} is not known`;
		case 'type':
			return `${where} is not of type ${[params.type].flat().join(' or ')}`;
		case 'enum':
		case 'const':
			return `${where} is none of the allowed values`;
		case 'format':
			return `${where} is not in the format ${word(params.format)}`;
		case 'pattern':
			return `${where} does not match its pattern`;
		case 'minimum':
		case 'maximum':
		case 'exclusiveMinimum':
		case 'exclusiveMaximum':
			return `${where} is out of range (${keyword} ${params.limit})`;
		case 'minLength':
		case 'minItems':
		case 'minProperties':
			return `${where} is too short (${keyword} ${params.limit})`;
		case 'maxLength':
		case 'maxItems':
		case 'maxProperties':
			return `${where} is too long (${keyword} ${params.limit})`;
		default:
			return `${where} breaks the rule ${word(keyword)}`;
	}
}

function placeOf(pointer: string): string {
	const steps = pointer
		.split('/')
		.slice(1)
		.map((step) => word(step.replaceAll('~1', '/').replaceAll('~0', '~')));
	return steps.length === 0 ? 'the whole' : steps.join('.');
}

function join(where: string, name: unknown): string {
	return where === 'the whole' ? word(name) : `${where}.${word(name)}`;
}

/** A property's name, as far as it can only be a name. */
function word(name: unknown): string {
	const text = String(name);
	return /^[\w.$@:/[\]-]{1,60}$/.test(text) ? text : '(a property with an unusual name)';
}
