# The finance job, in an account of its own, with nothing of the product in it.
resource "aws_secretsmanager_secret" "openai_admin" {
  name        = "finance/openai-admin-key"
  description = "Reads costs of the organisation once a month"
}

resource "aws_lambda_function" "spend" {
  function_name = "openai-spend"
  role          = var.role_arn
  runtime       = "provided.al2023"
  handler       = "bootstrap"
  filename      = "spend.zip"
  environment {
    variables = { SECRET_ARN = aws_secretsmanager_secret.openai_admin.arn }
  }
}
