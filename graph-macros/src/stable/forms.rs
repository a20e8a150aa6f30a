// The forms that lose digits, a row each: a name, and the point at which it is measured; what is written, and the stable form; the exact
// value there, and how many of the 16 digits of an `f64` what is written has lost. Of two forms that fit, the first is meant. The file is a
// list for a macro, so that the workspace's tests compute the same rows.
forms! {
    softplus(x = -40): [ln(1 + exp(x))] => [softplus(x)], 4.248354255291589e-18, 16;
    ln_1m_exp(x = -40): [ln(1 - exp(x))] => [ln_1m_exp(x)], -4.248354255291589e-18, 16;
    ln_sigmoid_of_opposite(x = -40): [ln(1 - sigmoid(x))] => [ln_sigmoid(-x)], -4.248354255291589e-18, 16;
    normal_ln_cdf_of_opposite(x = 40): [ln(1 - normal_cdf(x))] => [normal_ln_cdf(-x)], -804.6084420137538, 16;
    ln_sigmoid(x = 40): [ln(sigmoid(x))] => [ln_sigmoid(x)], -4.248354255291589e-18, 16;
    normal_ln_cdf(x = -40): [ln(normal_cdf(x))] => [normal_ln_cdf(x)], -804.6084420137538, 16;
    log_softmax(x: [2] = [0, -50]): [ln(softmax(x))] => [log_softmax(x)], -1.9287498479639178e-22, 16;
    logsumexp(x: [2] = [0, -50]): [ln(sum(exp(x)))] => [logsumexp(x)], 1.9287498479639178e-22, 16;
    logaddexp(a = 0, b = -50): [ln(exp(a) + exp(b))] => [logaddexp(a, b)], 1.9287498479639178e-22, 16;
    logit(p = 0.50000001): [ln(p / (1 - p))] => [logit(p)], 4.000000020099038e-8, 7;
    asinh(x = -1000000000): [ln(x + sqrt(x^2 + 1))] => [asinh(x)], -21.416413017506358, 16;
    ln_1p(x = 1e-8): [ln(1 + x)] => [ln_1p(x)], 9.99999995e-9, 7;
    ln_1p_of_opposite(x = 1e-8): [ln(1 - x)] => [ln_1p(-x)], -1.0000000050000001e-8, 7;
    exp_m1(x = 1e-8): [exp(x) - 1] => [exp_m1(x)], 1.0000000050000001e-8, 8;
    exp_m1_opposite(x = 1e-8): [1 - exp(x)] => [-exp_m1(x)], -1.0000000050000001e-8, 8;
    sinh(x = 1e-8): [(exp(x) - exp(-x)) / 2] => [sinh(x)], 1e-8, 7;
    sigmoid(x = 800): [exp(x) / (1 + exp(x))] => [sigmoid(x)], 1.0, 16;
    sine_of_half(x = 1e-5): [1 - cos(x)] => [2*sin(0.5*x)^2], 4.999999999958334e-11, 8;
    sigmoid_of_opposite(x = 40): [1 - sigmoid(x)] => [sigmoid(-x)], 4.248354255291589e-18, 16;
    slope_of_tanh(x = 20): [1 - tanh(x)^2] => [4*sigmoid(2*x)*sigmoid(-2*x)], 1.6993417021166355e-17, 16;
    rest_of_tanh(x = 20): [1 - tanh(x)] => [2*sigmoid(-2*x)], 8.496708510583178e-18, 16;
    erfc(x = 6): [1 - erf(x)] => [erfc(x)], 2.1519736712498913e-17, 16;
    erf(x = 1e-8): [1 - erfc(x)] => [erf(x)], 1.1283791670955126e-8, 6;
    normal_cdf_of_opposite(x = 9): [1 - normal_cdf(x)] => [normal_cdf(-x)], 1.1285884059538405e-19, 16;
    root_above_one(x = 1e-8): [sqrt(1 + x) - 1] => [x/(sqrt(1 + x) + 1)], 4.9999999875e-9, 7;
    squares(a = 100000001, b = 100000000): [a^2 - b^2] => [(a - b)*(a + b)], 200000001.0, 7;
    hypot(a = 1e200, b = 1e200): [sqrt(a^2 + b^2)] => [hypot(a, b)], 1.414213562373095e200, 16;
    ln_beta(a = 1e15, b = 2): [ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)] => [ln_beta(a, b)], -69.07755278982137, 14;
}
