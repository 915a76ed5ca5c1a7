import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '@saddlepoint/datasets';
import { messageOf } from './errors.js';

describe('CSV', () => {
  it('separates inputs from targets by name, position, or several of them', () => {
    const text = 'a,b,y\n1,2,3\n4,5,6\n';
    const byName = parseCsv(text, { target: 'y' });
    expect(Array.from(byName.inputs.data)).toEqual([1, 2, 4, 5]);
    expect(Array.from(byName.targets.data)).toEqual([3, 6]);
    expect(byName.inputNames).toEqual(['a', 'b']);
    expect(Array.from(parseCsv(text, { target: 0 }).inputs.data)).toEqual([2, 3, 5, 6]);
    expect(parseCsv(text, { target: -1 }).targetNames).toEqual(['y']);
    expect(parseCsv(text, { target: ['b', 'y'] }).targets).toMatchObject({ rows: 2, cols: 2 });
    expect(Array.from(parseCsv(text, { target: 'y', inputs: ['b'] }).inputs.data)).toEqual([2, 5]);
  });

  it('reads quotes, semicolons, byte-order marks, Windows line ends and tables without a header', () => {
    expect(parseCsv('\uFEFF"first, in";y\r\n1e-3;-2\r\n', { target: 'y' }).inputNames).toEqual(['first, in']);
    expect(Array.from(parseCsv('1,2\n3,4', { target: 1 }).targets.data)).toEqual([2, 4]);
    expect(Array.from(parseCsv('1,2\n3,4', { target: '2', header: true }).targets.data)).toEqual([4]);
  });

  it('keeps every finite number exactly', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(finite, finite), { minLength: 1, maxLength: 20 }), (rows) => {
        const data = parseCsv(`x,y\n${rows.map(([x, y]) => `${x},${y}`).join('\n')}`, { target: 'y' });
        // String(-0) is "0": CSV text does not carry the sign of zero.
        expect(Array.from(data.inputs.data, (x) => x + 0)).toEqual(rows.map(([x]) => x + 0));
        expect(Array.from(data.targets.data, (y) => y + 0)).toEqual(rows.map(([, y]) => y + 0));
      }),
    );
  });

  it.each(['NaN', 'n/a', '', 'Infinity', '1e999', '0x10', '1 2'])('names row and column of the cell %j', (cell) => {
    expect(messageOf('ERR_DATA', () => parseCsv(`age,y\n1,2\n${cell},4\n`, { target: 'y', name: 'people.csv' }))).toMatch(
      /people\.csv, row 3, column "age": expected a finite number \(fill or drop the row\)/,
    );
  });

  it('names ragged rows, missing columns and empty tables', () => {
    expect(messageOf('ERR_DATA', () => parseCsv('a,y\n1,2\n3\n', { target: 'y' }))).toMatch(/row 3: expected 2 cells.*got 1/);
    expect(messageOf('ERR_DATA', () => parseCsv('a,y\n1,2,3\n', { target: 'y' }))).toMatch(/row 2: expected 2 cells.*got 3/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => parseCsv('a,y\n1,2\n', { target: 'label' }))).toMatch(/target: expected one of the columns a, y, got "label"/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => parseCsv('a,y\n1,2\n', { target: 2 }))).toMatch(/target/);
    expect(messageOf('ERR_ARGUMENT_RANGE', () => parseCsv('a,y\n1,2\n', { target: -3 }))).toMatch(/target/);
    expect(messageOf('ERR_DATA', () => parseCsv('', { target: 'y' }))).toMatch(/no rows/);
    expect(messageOf('ERR_DATA', () => parseCsv('a,y\n', { target: 'y' }))).toMatch(/only a header/);
    expect(messageOf('ERR_DATA', () => parseCsv('y\n1\n', { target: 'y' }))).toMatch(/at least one input column/);
    expect(messageOf('ERR_DATA', () => parseCsv('a,y\n1,2\n', { target: 'y', inputs: ['y'] }))).toMatch(/not targets/);
    expect(messageOf('ERR_DATA', () => parseCsv('a,y\n1,"2\n', { target: 'y' }))).toMatch(/quotes/);
  });
});
