<?php

namespace App\Controller\Api;

use App\Entity\Rental;
use App\Message\AssessDamage;
use Symfony\AI\Agent\AgentInterface;
use Symfony\AI\Platform\Message\Content\Image;
use Symfony\AI\Platform\Message\Message;
use Symfony\AI\Platform\Message\MessageBag;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpFoundation\Request;
use Symfony\Component\Messenger\MessageBusInterface;
use Symfony\Component\Routing\Attribute\Route;

#[Route('/api/rentals/{id}/damage')]
final class DamageController extends AbstractController
{
    public function __construct(private readonly AgentInterface $assessor)
    {
    }

    #[Route('', methods: ['POST'])]
    public function describe(Rental $rental, Request $request): JsonResponse
    {
        if ($rental->getDriver() !== $this->getUser()) {
            throw $this->createAccessDeniedException();
        }
        $reply = $this->assessor->call(new MessageBag(
            Message::ofUser('What is damaged?', Image::fromFile($request->files->get('photo')->getPathname())),
        ));

        return $this->json(['damage' => $reply->getContent()]);
    }

    #[Route('/later', methods: ['POST'])]
    public function later(Rental $rental, MessageBusInterface $bus): JsonResponse
    {
        $this->denyAccessUnlessGranted('RENTAL_EDIT', $rental);
        $bus->dispatch(new AssessDamage($rental->getId()));

        return $this->json(null, 202);
    }
}
