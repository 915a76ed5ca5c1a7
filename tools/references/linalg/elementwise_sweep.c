// Largest error in ulps of pairs (x, y ≈ f(x)) of doubles on standard input, against libquadmath's 113 bits. See elementwise_sweep.mjs.
#include <math.h>
#include <quadmath.h>
#include <stdio.h>
#include <string.h>

typedef __float128 (*function)(__float128);
static const struct {
  const char *name;
  function f;
} FUNCTIONS[] = {{"acos", acosq}, {"asin", asinq}, {"cos", cosq},     {"erf", erfq}, {"erfc", erfcq}, {"exp", expq},
                 {"expm1", expm1q}, {"log", logq}, {"log1p", log1pq}, {"sin", sinq}, {"sqrt", sqrtq}, {"tanh", tanhq}};

int main(int count, char **arguments) {
  function f = NULL;
  for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
    if (count > 1 && strcmp(FUNCTIONS[i].name, arguments[1]) == 0) f = FUNCTIONS[i].f;
  if (f == NULL) return 2;
  double pair[2], worst = 0, where = 0;
  long points = 0, wrong = 0;
  while (fread(pair, sizeof(double), 2, stdin) == 2) {
    __float128 exact = f(pair[0]);
    double rounded = (double)exact, y = pair[1];
    points++;
    if (isnan(rounded) || isnan(y) || isinf(rounded) || isinf(y)) {
      wrong += isnan(rounded) != isnan(y) || (!isnan(y) && rounded != y);
      continue;
    }
    if (rounded == 0 && y == 0) {
      wrong += signbit(rounded) != signbit(y);
      continue;
    }
    int exponent = exact == 0 ? -1022 : ilogbq(exact);
    double error = fabs((double)scalbnq((__float128)y - exact, 52 - (exponent < -1022 ? -1022 : exponent)));
    if (error > worst) {
      worst = error;
      where = pair[0];
    }
  }
  printf("%-6s %9ld points, at most %.4f ulp, at %a; %ld special values wrong\n", arguments[1], points, worst, where, wrong);
  return wrong > 0;
}
