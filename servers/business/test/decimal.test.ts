import { describe, expect, it } from 'vitest';
import {
	digitsOf,
	divide,
	fitsCurrency,
	formatDecimal,
	isCurrency,
	multiply,
	parseDecimal,
	percentOf,
} from '../src/decimal.ts';

const decimal = (text: string): bigint => {
	const value = parseDecimal(text);
	if (value === undefined) throw new Error(`${text} is no decimal`);
	return value;
};

describe('a decimal', () => {
	it.each(['0', '1', '-1', '0.1', '12.5', '0.0001', '-0.25', '999999999999.9999'])(
		'%s reads and writes back',
		(text) => {
			expect(formatDecimal(decimal(text))).toBe(text);
		},
	);

	it.each([
		'',
		'1.',
		'.5',
		'1,5',
		'1e3',
		'1.00001',
		'1000000000000',
		'0x10',
		' 1',
		'1 ',
		'NaN',
		'Infinity',
		'--1',
		'٣',
	])('%j is none', (text) => {
		expect(parseDecimal(text)).toBeUndefined();
	});

	it('is written with as many decimals as its currency has', () => {
		expect(formatDecimal(decimal('12.5'), 2)).toBe('12.50');
		expect(formatDecimal(decimal('12'), 3)).toBe('12.000');
		expect(formatDecimal(decimal('-0.5'), 2)).toBe('-0.50');
		expect(formatDecimal(decimal('0.0125'), 2)).toBe('0.0125');
	});
});

describe('sums', () => {
	it('have none of the errors of floats', () => {
		expect(formatDecimal(decimal('0.1') + decimal('0.2'))).toBe('0.3');
		let sum = 0n;
		for (let index = 0; index < 10_000; index += 1) sum += decimal('0.01');
		expect(formatDecimal(sum, 2)).toBe('100.00');
	});

	it.each([
		['3', '19.99', 2, '59.97'],
		['0.5', '0.01', 2, '0.01'],
		['-0.5', '0.01', 2, '-0.01'],
		['1.5', '0.33', 2, '0.5'],
		['3', '0.3333', 2, '1'],
		['2.5', '1', 0, '3'],
		['999999', '999999.9999', 2, '999998999900'],
	])('%s × %s, rounded to %i decimals, is %s', (a, b, digits, product) => {
		expect(formatDecimal(multiply(decimal(a), decimal(b), digits))).toBe(product);
	});

	it.each([
		['100', '20', 2, '20'],
		['0.05', '10', 2, '0.01'],
		['-0.05', '10', 2, '-0.01'],
		['19.99', '7.7', 2, '1.54'],
		['1000', '10', 0, '100'],
		['1.005', '100', 3, '1.005'],
	])('of %s, %s per cent to %i decimals are %s', (value, rate, digits, tax) => {
		expect(formatDecimal(percentOf(decimal(value), decimal(rate), digits))).toBe(tax);
	});

	it('are divided to the last decimal that is kept', () => {
		expect(formatDecimal(divide(decimal('10'), 3n))).toBe('3.3333');
		expect(formatDecimal(divide(decimal('20'), 3n))).toBe('6.6667');
	});
});

describe('a currency', () => {
	it('has as many decimals as people pay in', () => {
		expect(['EUR', 'USD', 'JPY', 'KWD'].map(digitsOf)).toEqual([2, 2, 0, 3]);
	});

	it('is known by its code', () => {
		expect(['EUR', 'CHF'].every(isCurrency)).toBe(true);
		expect(['eur', 'EURO', 'XYZ', ''].some(isCurrency)).toBe(false);
	});

	it('cannot pay a fraction of its smallest coin', () => {
		expect(fitsCurrency(decimal('1.10'), 'EUR')).toBe(true);
		expect(fitsCurrency(decimal('1.101'), 'EUR')).toBe(false);
		expect(fitsCurrency(decimal('1.5'), 'JPY')).toBe(false);
		expect(fitsCurrency(decimal('1.101'), 'KWD')).toBe(true);
	});
});
