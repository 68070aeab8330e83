/** Lines of a chart, in order: each shows on white and on black. */
export const LINES = ['#4c6ef5', '#12b886', '#e8890c', '#e64980', '#1098ad', '#be4bdb', '#f03e3e', '#74b816'];
