// SPDX-License-Identifier: LGPL-2.1-or-later
/* The words of charts; see words.js. */
export const chart = {
  'chart.label': '{title}: a chart. The arrow keys go from point to point.',
  'chart.point': '{label}: {counts}.',
  'chart.count': '{value} {unit}',
  'chart.named': '{name}: {count}',
  'chart.none': 'not counted',
  'chart.median': 'Median',
  'chart.median-is': 'The dashed line is the median, {value}: half of the counts lie above it, half below.',
  'chart.above': '{count} counts in a row lie above the median, from {from} to {to}: more than chance makes likely. What was done differently?',
  'chart.below': '{count} counts in a row lie below the median, from {from} to {to}: more than chance makes likely. What was done differently?',
  'chart.table': 'The table behind it',
  'chart.when': 'When',
  'chart.value': 'Count',
  'chart.about': 'Remarks',
  'chart.empty': 'Nothing has been counted yet.',
};
